"""Reading a Django project: all its managed tables, its own database untouched, and clear errors."""

import sqlite3
import sys
from pathlib import Path

import pytest

from dbwright.errors import SourceError, Unavailable, UsageError
from dbwright.readers.django_models import read
from dbwright.readers.sql.scan import Dialect
from tests.support.command import run

pytest.importorskip("django")
ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]
SETTINGS = """
print("the settings speak")
from pathlib import Path
SECRET_KEY = "x"
INSTALLED_APPS = ["shop", "blog"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(__file__).parent.parent / "own.db"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""
SHOP = """
from django.db import models

class Category(models.Model):
    name = models.CharField(max_length=50, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)

class Tag(models.Model):
    label = models.SlugField()

class Product(models.Model):
    sku = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    tags = models.ManyToManyField(Tag)
    made = models.DateTimeField(auto_now_add=True)
    data = models.JSONField(default=dict)

    class Meta:
        unique_together = [("sku", "category")]
        constraints = [models.CheckConstraint(condition=models.Q(price__gte=0), name="price_positive")]
        indexes = [models.Index(fields=["made", "price"], name="ix_made")]

class Cheap(Product):
    class Meta:
        proxy = True

class Legacy(models.Model):
    class Meta:
        managed = False
        db_table = "legacy"
"""
BLOG = """
from django.db import models

class Post(models.Model):
    product = models.OneToOneField("shop.Product", on_delete=models.SET_NULL, null=True)
    tags = models.ManyToManyField("shop.Tag", through="PostTag")
    legacy = models.ForeignKey("shop.Legacy", null=True, on_delete=models.CASCADE)

class PostTag(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    tag = models.ForeignKey("shop.Tag", on_delete=models.CASCADE)
"""
MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_of_test.settings")\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two apps with a database of its own."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    files = {"manage.py": MANAGE, "site_of_test/settings.py": SETTINGS, "shop/models.py": SHOP, "blog/models.py": BLOG}
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if file.parent != tmp_path:
            (file.parent / "__init__.py").touch()
    own = sqlite3.connect(tmp_path / "own.db")
    own.execute("CREATE TABLE untouched (id INTEGER PRIMARY KEY)")
    own.close()
    return tmp_path


@pytest.mark.parametrize("dialect", ENGINES)
def test_all_managed_tables_are_read(project: Path, dialect: Dialect) -> None:
    before = (project / "own.db").read_bytes()
    catalog, notes = read(str(project), dialect)
    tables = {table.name: table for table in catalog.tables}
    assert set(tables) == {
        "blog_post", "blog_posttag", "shop_category", "shop_product", "shop_product_tags", "shop_tag",
    }  # fmt: skip
    product = tables["shop_product"]
    assert {column.name for column in product.columns} == {"id", "sku", "price", "made", "data", "category_id"}
    assert [key.table[1] for key in product.foreign_keys] == ["shop_category"]
    assert ("sku", "category_id") in product.keys
    assert "price_positive" in {check.name for check in product.checks}
    assert "ix_made" in {index.name for index in product.indexes}
    assert {key.table[1] for key in tables["shop_product_tags"].foreign_keys} == {"shop_product", "shop_tag"}
    assert any("legacy" in note for note in notes)
    assert (project / "own.db").read_bytes() == before
    assert not list(project.rglob("__pycache__"))


def test_the_settings_name_the_dialect(project: Path) -> None:
    catalog, _ = read(str(project / "manage.py"))
    assert catalog.engine == "sqlite"


def test_inspect_and_review_take_a_project(project: Path) -> None:
    inspected = run("inspect", project)
    assert inspected.status == 0, inspected.err
    assert "CREATE TABLE shop_product" in inspected.out
    assert "the settings speak" not in inspected.out
    reviewed = run("review", project, "--fail-on", "never", "--format", "json")
    assert reviewed.status == 0, reviewed.err
    assert reviewed.json


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("shop/models.py", "import nowhere_at_all", "nowhere_at_all"),
        ("shop/models.py", "x = (", "SyntaxError"),
        ("site_of_test/settings.py", "raise SystemExit(3)", "SystemExit"),
        ("blog/models.py", BLOG.replace("shop.Product", "shop.Produkt"), "Produkt"),
    ],
)
def test_a_broken_project_is_one_sentence(project: Path, name: str, text: str, said: str) -> None:
    (project / name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=said) as caught:
        read(str(project), "sqlite")
    assert "Traceback" not in caught.value.message
    ran = run("inspect", project)
    assert (ran.status, ran.out) == (2, "")


def test_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    with pytest.raises(UsageError, match=r"manage\.py"):
        read(str(tmp_path))
    (tmp_path / "manage.py").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="settings"):
        read(str(tmp_path))


def test_without_django_it_says_what_to_install(project: Path) -> None:
    # A broken package of that name before the real one on the path is as good as none.
    (project / "django").mkdir()
    (project / "django" / "__init__.py").write_text("raise ImportError('not here')", encoding="utf-8")
    with pytest.raises(Unavailable) as caught:
        read(str(project), "sqlite")
    assert "dbwright[django]" in (caught.value.hint or "")
    assert "django" not in sys.modules or sys.modules["django"].__file__ != str(project / "django" / "__init__.py")
