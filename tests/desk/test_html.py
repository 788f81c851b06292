"""Whatever anybody wrote, it stands on a page as text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.desk.html import Html, WrongMarkupError, button, element, rendered, shown, styled
from tests.desk.console_rules import read_page

ENDPOINT = "arn:aws:lambda:us-east-1:000000000000:function:desk"
HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</main><iframe src=//x>",
            '"><img src=x onerror=alert(1)>',
            "{{ 7 * 7 }}",
            "</cwdb-action><script>",
            "<!-- -->",
            "&lt;script&gt;",
            "\u202egnihtyna\u2066",
            "\x00\x08",
            "]]>",
            "'; DROP TABLE",
        ]
    ),
)


@given(HOSTILE, HOSTILE)
def test_hostile_text_and_attributes_change_no_markup(text: str, value: str) -> None:
    heading = element("h2", "page")
    page = read_page(rendered([heading, element("p", text, title=value, class_=value)]))
    assert page.faults == []
    assert page.text.replace("\r\n", "\n").replace("\r", "\n") == f"page{shown(text)}"


@given(st.dictionaries(HOSTILE, HOSTILE), HOSTILE, HOSTILE)
def test_hostile_parameters_of_an_action_come_back_as_they_were(
    parameters: dict[str, str], words: str, confirmation: str
) -> None:
    acting = button(words, parameters, ENDPOINT, confirmation=confirmation)
    page = read_page(rendered([element("h2", "page"), acting]))
    assert page.faults == []
    assert [click.parameters for click in page.clicks] == [parameters]


def test_parameters_read_the_same_as_text_and_as_markup() -> None:
    acting = button("Go", {"a": "<b>&amp;"}, ENDPOINT).text
    inside = acting.partition("</button>")[2].partition(">")[2].partition("</cwdb-action>")[0]
    assert not set(inside) & set("<>&")
    assert json.loads(inside) == {"a": "<b>&amp;"}


@given(st.text())
def test_what_cannot_be_seen_is_marked_and_not_hidden(text: str) -> None:
    seen = shown(text)
    assert len(seen) == len(text)
    assert not set(seen) & {"\u202e", "\u2066", "\x00", "\u200e"}


@pytest.mark.parametrize("name", ["script", "iframe", "use", "img", "a", "svg", "object"])
def test_an_element_that_the_console_strips_cannot_be_built(name: str) -> None:
    with pytest.raises(WrongMarkupError):
        element(name)


@pytest.mark.parametrize("name", ["onclick", "style", "href", "src", "srcdoc"])
def test_an_attribute_that_could_act_cannot_be_built(name: str) -> None:
    with pytest.raises(WrongMarkupError):
        element("p", **{name: "x"})


def test_a_style_sheet_cannot_end_itself() -> None:
    with pytest.raises(WrongMarkupError):
        styled("p{}</style><script>")


@pytest.mark.parametrize(
    "html",
    [
        "<h2>x</h2><script>1</script>",
        "<h2>x</h2><p onclick='1'>x</p>",
        "<h2>x</h2><iframe></iframe>",
        "<h2>x</h2><input id='a' name='a'>",
        "<h2>x</h2><button>x</button>",
        '<h2>x</h2>text<cwdb-action action="call" endpoint="arn:x">{}</cwdb-action>',
        '<h2>x</h2><p>x</p><cwdb-action action="call">{}</cwdb-action>',
        '<h2>x</h2><p>x</p><cwdb-action action="call" endpoint="arn:x">{</cwdb-action>',
        "<h2>x</h2><p>",
        "<h2>x</h2><p id='a'></p><p id='a'></p>",
        "<p>x</p>",
    ],
)
def test_the_check_itself_sees_what_the_console_would_not_take(html: str) -> None:
    assert read_page(html).faults


def test_safe_markup_is_not_escaped_twice() -> None:
    assert rendered(element("p", Html("<em>x</em>"), "<")) == "<p><em>x</em>&lt;</p>"
