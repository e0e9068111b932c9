"""`dbwright rule`: the page of one rule."""

import click


@click.command("rule", short_help="Explain a rule.")
@click.argument("code", required=False, metavar="[CODE|NAME]")
@click.pass_context
def command(ctx: click.Context, code: str | None) -> None:
    """Explain a rule: what it finds, why that is bad, a bad and a good example, and the fix.

    Example:  dbwright rule R001
    """
    from dbwright.app.own_rules import known_rules
    from dbwright.app.settings import load
    from dbwright.rules.base import rule

    if code is None:
        from dbwright.cli.commands.rules import command as rules

        ctx.invoke(rules)
        return
    each = rule(code, known_rules(load()))
    engines = ", ".join(each.engines)
    click.echo(
        f"# {each.code} {each.name}\n\n{each.page}\n\n{each.group} · {each.severity} · {each.bundle} · {engines} · {each.needs_shown}"
    )
