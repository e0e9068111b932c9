"""`dbwright rules`: the list of all rules."""

import click


@click.command("rules", short_help="List all rules.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(form: str = "text") -> None:
    """List all rules with their code, usual severity and what they find."""
    from dbwright.rules.base import all_rules

    if form == "json":
        import msgspec

        listed = [
            {
                "code": each.code,
                "rule": each.name,
                "group": each.group,
                "severity": each.severity,
                "engines": each.engines,
                "needs": each.needs,
                "title": each.title,
            }
            for each in all_rules()
        ]
        click.echo(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
        return
    group = ""
    for each in sorted(all_rules(), key=lambda rule: (rule.group, rule.code)):
        if each.group != group:
            click.echo(f"{chr(10) if group else ''}{each.group}")
            group = each.group
        click.echo(f"  {each.code}  {each.severity:<8} {each.name:<32} {each.title}")
