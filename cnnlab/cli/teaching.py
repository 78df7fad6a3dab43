"""`assign` and `grade`: notebooks for a class, and marks of what comes back."""

import argparse
import sys
from typing import TYPE_CHECKING

from cnnlab import arguments
from cnnlab.files import check_place, plain

if TYPE_CHECKING:
    from cnnlab.teaching.marks import Marks

OF_THEMSELVES = (
    "These marks are what the notebooks say of themselves, and anybody can write that into a file: what does not fit\n"
    "was not counted. --execute runs them again, and counts what really is right."
)
OTHERS_CODE = (
    "Running other people's code on this computer, in your name: what your files allow you, they allow it.\n"
    "Each notebook has a process and an empty folder of its own, {seconds:g} s and {megabytes:,} MB."
)


def assign(chosen: argparse.Namespace) -> int:
    """Write clean copies for students."""
    from cnnlab.teaching import assigning  # late: it brings all checks along, and the others should begin at once

    places = assigning.assign(
        chosen.names, chosen.out, solutions=not chosen.no_solutions, nbgrader=chosen.nbgrader, points=chosen.points
    )
    for place in places:
        print(plain(place))
    return 0


def grade(chosen: argparse.Namespace) -> int:
    """Write the marks; 1 if not all could be graded."""
    from cnnlab.teaching import grading, marks

    seconds = arguments.positive("--seconds", chosen.seconds)
    megabytes = arguments.whole("--megabytes", chosen.megabytes)
    check_place(chosen.out)
    if chosen.execute:
        print(OTHERS_CODE.format(seconds=seconds, megabytes=megabytes), file=sys.stderr)
    graded = grading.grade(chosen.dir, chosen.execute, seconds, megabytes, tell=_tell)
    marks.write(graded, chosen.out)
    if any(one.network for one in graded):
        print(
            "Here the network could not be shut for them, and what they begin on purpose may outlive them.",
            file=sys.stderr,
        )
    if not chosen.execute:
        print(OF_THEMSELVES)
    whole = sum(one.graded == "yes" for one in graded)
    rest = f", {len(graded) - whole} of them not, or only in part" if whole < len(graded) else ""
    print(plain(f"{chosen.out}: {len(graded)} notebook{'s' * (len(graded) > 1)} graded{rest}"))
    return int(whole < len(graded))


def _tell(one: "Marks") -> None:
    """A notebook, as soon as it is graded; what is amiss with it stands in the lines below."""
    print(plain(one), flush=True)
    for problem in one.problems:
        print(plain(f"  ! {problem}"), flush=True)
