"""The platforms of the nation: one for all provinces, some of one province, and two Moodle sites.

Those that are made up live under `.example`; only their provinces are real.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lrs.simulate.lesson import TOPICS
from lrs.simulate.statement import COURSE, LMS_COURSE, MODULE, Json, activity
from schemas.registration import Registration
from schemas.unit import Unit
from schemas.xapi import Version

Shape = Literal["profile", "mobile-point", "moodle"]


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform. `shape`: *profile* sends the profile's extensions at once, *mobile-point* weeks later
    in batches, *moodle* sends no extensions. `unit`: the province it names, None for any. `topics`: its
    activity of each topic; `programme`: the activity of all of them.
    """

    registration: Registration
    shape: Shape
    unit: Unit | None
    version: Version
    topics: dict[str, Json]
    programme: Json
    confirms: bool

    @property
    def name(self) -> str:
        """Its name in the store."""
        return self.registration.name

    @property
    def home_page(self) -> str:
        """The home page of its accounts."""
        return self.registration.home_page


def _profile(
    name: str, home_page: str, unit: str | None, *, may_confirm: bool = False, confirms: bool = False
) -> Platform:
    return Platform(
        registration=Registration(
            name=name,
            home_page=home_page,
            provinces=None if unit is None else frozenset({unit}),
            unit=unit,
            confirms=may_confirm,
        ),
        shape="mobile-point" if name.startswith("mobile-") else "profile",
        unit=None if unit is None else Unit.parse(unit),
        version=Version.V2_0_0,
        topics={
            topic: activity(f"{home_page}/topics/{topic[-2:]}", MODULE, f"Chủ đề {topic[-2:]}")
            for topic in TOPICS
        },
        programme=activity(f"{home_page}/courses/binh-dan-hoc-vu-so", COURSE, "Bình dân học vụ số"),
        confirms=confirms,
    )


def _moodle(name: str, unit: str, version: Version) -> Platform:
    home_page = f"https://{name}.example"
    iris = {topic: f"{home_page}/course/view.php?id=1{topic[-2:]}" for topic in TOPICS}
    return Platform(
        registration=Registration(
            name=name,
            home_page=home_page,
            provinces=frozenset({unit}),
            unit=unit,
            groups=("students",),
            activities={iri: topic for topic, iri in iris.items()},
        ),
        shape="moodle",
        unit=Unit.parse(unit),
        version=version,
        topics={topic: activity(iri, LMS_COURSE, f"Chủ đề {topic[-2:]}") for topic, iri in iris.items()},
        # A course that no topic is mapped to: it counts as a course alone.
        programme=activity(f"{home_page}/course/view.php?id=201", LMS_COURSE, "Kỹ năng số cơ bản"),
        confirms=False,
    )


NATIONAL: Final = _profile(
    "binh-dan-hoc-vu-so", "https://binhdanhocvuso.gov.vn", None, may_confirm=True, confirms=True
)
LOCAL: Final = (
    _profile("ha-noi", "https://ha-noi.example", "vn-2025/01"),
    _profile("mobile-points", "https://mobile-points.example", "vn-2025/01"),
    # It sends confirmations and may not confirm.
    _profile("thanh-hoa", "https://thanh-hoa.example", "vn-2025/38", confirms=True),
    _profile("lam-dong", "https://lam-dong.example", "vn-2025/68"),
    # Two that never changed their codes: 44 is Quảng Bình to one, Quảng Trị to everybody else.
    _profile("binh-thuan", "https://binh-thuan.example", "vn-2004/60"),
    _profile("quang-binh", "https://quang-binh.example", "vn-2004/44"),
    _moodle("moodle-hue", "vn-2025/46", Version.V1_0_3),
    _moodle("moodle-thai-nguyen", "vn-2025/19", Version.V2_0_0),
)
PLATFORMS: Final = (NATIONAL, *LOCAL)
