"""`dbwright rules`: the list of all rules."""

import click


@click.command("rules", short_help="List all rules.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(form: str = "text") -> None:
    """List all rules, the project's own too, with their code, usual severity, smallest bundle and what they find."""
    from dbwright.app.own_rules import known_rules
    from dbwright.app.settings import load

    known = known_rules(load())
    if form == "json":
        import msgspec

        listed = [
            {
                "code": each.code,
                "rule": each.name,
                "group": each.group,
                "severity": each.severity,
                "bundle": each.bundle,
                "engines": each.engines,
                "needs": each.needs,
                "title": each.title,
            }
            for each in known
        ]
        click.echo(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
        return
    group = ""
    for each in sorted(known, key=lambda rule: (rule.group, rule.code)):
        if each.group != group:
            click.echo(f"{chr(10) if group else ''}{each.group}")
            group = each.group
        click.echo(f"  {each.code}  {each.severity:<8} {each.bundle:<12} {each.name:<34} {each.title}")
