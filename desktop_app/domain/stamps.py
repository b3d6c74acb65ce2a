"""Which company a mapping belongs to, and when mappings may not be touched."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_app.domain.records import Company, Environment, Workspace


def stamp(workspace: Workspace) -> str:
    """ "production:9130…": the environment and the company; "" before the first connection."""
    if not workspace.realm_id:
        return ""
    return f"{workspace.quickbooks_app.environment.value}:{workspace.realm_id}"


def lock_text(workspace: Workspace, company: Company | None, stamps: Iterable[str]) -> str:
    """Why the mappings can only be looked at, "" if they can be changed.

    stamps: those of the mappings, "" for one made before the first connection. They differ from
    the workspace's after its app keys went over to another environment, or in a database that was
    put together by hand.
    """
    mine = stamp(workspace)
    if not mine:
        return ""
    name = workspace.company_name or workspace.realm_id
    if company is not None and company.realm_id != workspace.realm_id:
        return (
            f"The local lists belong to {company.name or company.realm_id}, and this workspace to "
            f"{name}: mappings can be looked at, not changed."
        )
    others = sorted({each for each in stamps if each and each != mine})
    if not others:
        return ""
    environment, _, realm = others[0].partition(":")
    here = workspace.quickbooks_app.environment
    if realm == workspace.realm_id:
        return (
            f"These mappings were made in the {environment} environment of {name}, and the app "
            f"keys are {_keys(here)}: mappings can be looked at, not changed."
        )
    return (
        f"Some mappings belong to another company ({realm}, {environment}), and this workspace to "
        f"{name} ({here.value}): mappings can be looked at, not changed."
    )


def _keys(environment: Environment) -> str:
    return f"for the {environment.value} environment"
