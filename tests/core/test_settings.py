"""Settings come from one file, and a wrong one is named."""

import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.core.settings import Settings


def test_without_a_file_the_defaults_hold(tmp_path):
    assert Settings.load(tmp_path) == Settings()


def test_a_file_changes_what_it_names(tmp_path):
    (tmp_path / "mainstay.toml").write_text("tier_a_share = 0.6\nhorizon_weeks = 26\n")
    settings = Settings.load(tmp_path)
    assert (settings.tier_a_share, settings.horizon_weeks) == (0.6, 26)
    assert settings.tier_b_share == Settings().tier_b_share


@pytest.mark.parametrize(
    "line",
    [
        "tier_a_share = 0",
        "tier_a_share = 0.99",
        "tier_a_amount = -1",
        "tier_b_amount = inf",
        "horizon_weeks = true",
        "horizon_weeks = 13.5",
        "slipping_probability = 1.5",
        "currency = 5",
        "no_such_setting = 1",
        "tier_a_share = [",
    ],
)
def test_a_wrong_setting_is_named(tmp_path, line):
    (tmp_path / "mainstay.toml").write_text(line)
    with pytest.raises(InvalidSetting) as raised:
        Settings.load(tmp_path)
    assert line.split(" ")[0] in str(raised.value) or "mainstay.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("nosuch = 1", "There is no setting nosuch; the settings are tier_a_share, tier_b_share"),
        (
            "tier_a_share = 0.97",
            "The setting tier_a_share (0.97) can't be above tier_b_share (0.95);",
        ),
        (
            "tier_a_amount = 100\ntier_b_amount = 200",
            "The setting tier_b_amount (200.0) can't be above tier_a_amount (100.0);",
        ),
        ("horizon_weeks = 0", "The horizon can't be 0 weeks; it is from 1 to 104."),
        ("horizon_weeks = 105", "The horizon can't be 105 weeks; it is from 1 to 104."),
    ],
)
def test_what_is_wrong_with_a_setting_is_said(tmp_path, lines, said):
    (tmp_path / "mainstay.toml").write_text(lines)
    with pytest.raises(InvalidSetting) as raised:
        Settings.load(tmp_path)
    assert str(raised.value).startswith(said)


def test_one_tier_by_its_amount_is_enough():
    assert Settings().changed({"tier_b_amount": 200}).tier_b_amount == 200
    assert Settings().changed({"tier_a_amount": 200}).tier_a_amount == 200


@pytest.mark.parametrize("weeks", ["x", True, 13.0, None])
def test_settings_made_in_python_are_checked_too(weeks):
    with pytest.raises(InvalidSetting, match=r"horizon_weeks"):
        Settings(horizon_weeks=weeks)


def test_changing_a_setting_leaves_the_rest_of_the_file_alone(tmp_path):
    file = tmp_path / "mainstay.toml"
    file.write_text('# ours\ncurrency = "EUR"\nalerts_per_month = 5  # as agreed\n')
    changed = Settings.write(tmp_path, {"alerts_per_month": 8, "alert_least_money": 1200.5})
    assert Settings.load(tmp_path) == changed
    assert (changed.currency, changed.alerts_per_month) == ("EUR", 8)
    assert file.read_text().startswith('# ours\ncurrency = "EUR"\n')
    assert [p.name for p in tmp_path.iterdir()] == ["mainstay.toml"]


def test_a_value_that_can_not_be_used_changes_nothing(tmp_path):
    Settings.write(tmp_path, {"alerts_per_month": 8})
    with pytest.raises(InvalidSetting):
        Settings.write(tmp_path, {"alerts_per_month": 0})
    with pytest.raises(InvalidSetting):
        Settings.write(tmp_path, {"alert_least_probability": 1.0})
    assert Settings.load(tmp_path).alerts_per_month == 8
