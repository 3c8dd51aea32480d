"""Why somebody may or may not do something, over HTTP and on the command line."""

from __future__ import annotations

from tests.api.portal import Portal


def test_hr_is_told_what_is_in_the_way_and_who_can_lift_it(portal: Portal) -> None:
    sari = str(portal.world.people["sari"])
    at = f"/cases/{portal.case()}/why?person={sari}&name=submit_plan"
    said = portal.as_("officer").get(at).json
    assert not said["is_allowed"] and [one["relation"] for one in said["stands"]] == ["employee"]
    [missing] = [one for one in said["checks"] if one["blockers"]]
    act = portal.as_("sari").post(
        f"/cases/{portal.case()}/actions/submit_plan", headers=portal.seen()
    )
    told = [(one["rule"], one["message"]) for one in act.json["blockers"]]
    assert missing["name"] == "requirements"
    assert [(one["rule"], one["message"]) for one in missing["blockers"]] == told
    assert said["holders"]["employee"] == [sari]


def test_nobody_else_is_told(portal: Portal) -> None:
    at = f"/cases/{portal.case()}/why?person={portal.world.people['sari']}&name=submit_plan"
    assert portal.as_("chief").get(at).status_code == 403
    assert portal.as_("officer").get(at.partition("?")[0]).status_code == 422
    assert portal.as_("officer").get(f"{at}&aspect=read").status_code == 422
