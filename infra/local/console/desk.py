"""Invokes the operator's desk as CloudWatch invokes a custom widget, and hands back what it drew."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ACCOUNT = "000000000000"
SHOWN_SPAN = timedelta(hours=3)
THEMES = ("light", "dark")
LOCALES = ("en", "zh-CN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at the widget, and through what."""

    locale: str
    theme: str
    width_pixels: int
    height_pixels: int


def event(
    parameters: Mapping[str, Any], forms: Mapping[str, str], viewer: Viewer, now: datetime, title: str
) -> dict[str, Any]:
    """What the console sends: the widget's or the action's parameters, and the context beside them.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
    """
    end_milliseconds = int(now.timestamp() * 1000)
    start_milliseconds = int((now - SHOWN_SPAN).timestamp() * 1000)
    span = {"start": start_milliseconds, "end": end_milliseconds}
    return {
        **parameters,
        "widgetContext": {
            "dashboardName": "duebridge-local",
            "widgetId": "widget-1",
            "accountId": ACCOUNT,
            "locale": viewer.locale,
            "timezone": {"label": "UTC", "offsetISO": "+00:00", "offsetInMinutes": 0},
            "period": 300,
            "isAutoPeriod": True,
            "timeRange": {
                "mode": "relative",
                **span,
                "relativeStart": int(SHOWN_SPAN.total_seconds() * 1000),
                "zoom": span,
            },
            "theme": viewer.theme,
            "linkCharts": True,
            "title": title,
            "forms": {"all": dict(forms)},
            "params": dict(parameters),
            "width": viewer.width_pixels,
            "height": viewer.height_pixels,
        },
    }


def drawn(answer: object) -> dict[str, Any]:
    """As the page shows it: HTML, Markdown, or any other JSON as it is."""
    if isinstance(answer, str):
        return {"html": answer}
    if isinstance(answer, dict) and isinstance(answer.get("markdown"), str):
        return {"markdown": answer["markdown"]}
    return {"json": answer}


class Desk:
    """The deployed widget function."""

    def __init__(self, invoke: Callable[[Mapping[str, Any]], object], function_name: str) -> None:
        self._invoke = invoke
        self._function_name = function_name

    def is_endpoint(self, endpoint: str) -> bool:
        """Whether an action of a widget calls this function, by name or ARN; it may call no other."""
        return endpoint.rpartition(":")[2] == self._function_name

    def show(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Raises InvocationError where the function fails."""
        return drawn(self._invoke(asked))
