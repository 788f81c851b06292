"""The desk's function is called as CloudWatch calls a custom widget, and no other function is called at all."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.console import requests
from infra.local.console.desk import Desk, Viewer, drawn, event
from infra.local.console.server import AskedWronglyError
from tests.builders import NOW

VIEWER = Viewer(locale="zh-CN", theme="dark", width_pixels=900, height_pixels=600)
ASKED = {"locale": "zh-CN", "theme": "dark", "width": 900, "height": 600}


def test_an_event_holds_the_parameters_and_beside_them_the_widgets_context() -> None:
    sent = event({"view": "ticket", "ticket_id": "t1"}, {"by": "AB"}, VIEWER, NOW, "Desk")
    context = sent["widgetContext"]
    assert (sent["view"], sent["ticket_id"]) == ("ticket", "t1")
    assert context["forms"] == {"all": {"by": "AB"}}
    assert (context["locale"], context["theme"], context["width"]) == ("zh-CN", "dark", 900)
    assert context["timeRange"]["end"] == NOW.timestamp() * 1000


def test_no_parameter_can_forge_the_context() -> None:
    assert event({"widgetContext": {"forms": "x"}}, {}, VIEWER, NOW, "Desk")["widgetContext"]["forms"] == {"all": {}}


def test_what_the_function_answers_is_shown_as_the_console_shows_it() -> None:
    assert drawn("<p>Hi</p>") == {"html": "<p>Hi</p>"}
    assert drawn({"markdown": "# Hi"}) == {"markdown": "# Hi"}
    assert drawn({"rows": 3}) == {"json": {"rows": 3}}
    assert drawn(None) == {"json": None}


def test_only_the_desks_own_function_may_be_called() -> None:
    def never(asked: Mapping[str, Any]) -> object:
        raise AssertionError(asked)

    desk = Desk(never, "duebridge-local-ticket_desk")
    assert desk.is_endpoint("arn:aws:lambda:us-east-1:000000000000:function:duebridge-local-ticket_desk")
    assert desk.is_endpoint("duebridge-local-ticket_desk")
    assert not desk.is_endpoint("arn:aws:lambda:us-east-1:000000000000:function:duebridge-local-send_contact")
    assert not desk.is_endpoint("x-duebridge-local-ticket_desk")


def test_a_viewer_is_read_from_what_the_page_says() -> None:
    assert requests.viewer(ASKED) == VIEWER


@pytest.mark.parametrize(
    "wrong", [{"locale": "fr"}, {"theme": None}, {"width": -1}, {"width": True}, {"width": "wide"}, {"height": 10**9}]
)
def test_a_viewer_that_cannot_be_is_refused_with_words(wrong: dict[str, object]) -> None:
    with pytest.raises(AskedWronglyError, match="send"):
        requests.viewer({**ASKED, **wrong})


@pytest.mark.parametrize("wrong", [{"forms": []}, {"forms": {"by": 1}}, {"forms": {"text": "x" * 4_001}}])
def test_forms_hold_texts_of_some_length_only(wrong: dict[str, object]) -> None:
    with pytest.raises(AskedWronglyError, match="send"):
        requests.forms(wrong)


def test_forms_are_read_by_the_names_of_their_fields() -> None:
    assert requests.forms({"forms": {"by": "AB", "answer_text": "你好"}}) == {"by": "AB", "answer_text": "你好"}
    assert requests.forms({}) == {}
