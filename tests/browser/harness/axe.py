"""axe-core on a page: what a reader with other eyes, ears or hands cannot use, as rules of the WCAG find it.

    assert findings(page, ".cnnlab") == []

Only what is grave is told of: `serious` and `critical`. axe-core comes with the package axe-playwright-python; nothing
is fetched.
"""

from axe_playwright_python.base import AXE_SCRIPT

GRAVE = ("serious", "critical")
# preload: axe-core would fetch the styles of the page a second time, which the policy of the site forbids.
RUN = """async ([places, without, category]) => {
    const here = places.filter((place) => document.querySelector(place));
    if (here.length < places.length) return { missing: places.filter((place) => !here.includes(place)) };
    const { violations, passes, incomplete } = await axe.run({ include: places.map((place) => [place]),
        exclude: without.map((place) => [place]) }, { resultTypes: ["violations"], preload: false,
        ...(category && { runOnly: { type: "tag", values: [category] } }) });
    const looked = passes.length + violations.length + incomplete.length;
    return { looked, violations: violations.map(({ id, impact, nodes }) => ({ id, impact,
        nodes: nodes.map(({ target, html, failureSummary }) =>
            `${target.join(" ")}: ${html.slice(0, 160)}: ${failureSummary}`) })) }; }"""


def findings(page, *places, without=(), category=None):
    """What axe-core finds in these places of a page, a line each: the rule, its impact, the element.

    places : CSS selectors, each of something that is there. without : selectors of what is not looked at.
    category : of the rules that are asked, by axe-core's tag, as "cat.color"; all by default.
    """
    if not page.evaluate("() => Boolean(globalThis.axe)"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, [list(places), list(without), category])
    assert "missing" not in found, f"not on the page: {found['missing']}"
    assert found["looked"], f"axe-core has looked at nothing in {places}"
    return [
        f"{each['id']} ({each['impact']}): {node}"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
