"""Which header speaks which version."""

import pytest

from schemas.xapi import Invalid, Version, negotiate


@pytest.mark.parametrize("header", ["1.0", "1.0.0", "1.0.3", "1.0.17", " 1.0.3 "])
def test_any_patch_of_1_0(header: str) -> None:
    assert negotiate(header) is Version.V1_0_3


@pytest.mark.parametrize("header", ["2.0", "2.0.0", "2.0.1"])
def test_any_patch_of_2_0(header: str) -> None:
    assert negotiate(header) is Version.V2_0_0


@pytest.mark.parametrize(
    "header", ["", "1", "0.95", "1.1.0", "2.1.0", "3.0.0", "1.0.", "1.0.x", "1.0.0, 2.0.0"]
)
def test_other_versions_are_refused(header: str) -> None:
    with pytest.raises(Invalid) as caught:
        negotiate(header)
    assert caught.value.code == "version-unsupported"


def test_a_missing_header_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        negotiate(None)
    assert caught.value.code == "version-missing"
