"""The counts that the stations write themselves, as CloudWatch knows them."""

from aws_cdk import Duration, aws_cloudwatch

NAMESPACE = "DueBridge"


def counted(station: str, name: str, period: Duration | None = None, label: str = "") -> aws_cloudwatch.Metric:
    """A station's own count; Powertools adds the service to the station's dimension."""
    return aws_cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"service": station, "station": station},
        period=period or Duration.minutes(5),
        statistic="Sum",
        label=label or None,
    )


def standing(station: str, name: str, label: str = "") -> aws_cloudwatch.Metric:
    """A figure that stands as it was last written, and is not summed."""
    return counted(station, name, label=label).with_(statistic="Maximum")


def of_template(station: str, name: str, template: str, period: Duration) -> aws_cloudwatch.Metric:
    """What a station counted about the texts of one wording."""
    return aws_cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"service": station, "template": template},
        period=period,
        statistic="Sum",
    )


def found(words: str, station: str, label: str, period_seconds: int = 300) -> aws_cloudwatch.MathExpression:
    """All counts of a station whose names have these words; the label may say ${PROP('MetricName')}."""
    search = f'{{{NAMESPACE},service,station}} service="{station}" {words}'
    return aws_cloudwatch.MathExpression(
        expression=f"SEARCH('{search}', 'Sum', {period_seconds})", using_metrics={}, label=label
    )


def spent_this_month() -> aws_cloudwatch.Metric:
    """In dollars, of the account in this region; grows over the month, so that its newest value is its highest."""
    return aws_cloudwatch.Metric(
        namespace="AWS/SMSVoice",
        metric_name="TextMessageMonthlySpend",
        period=Duration.minutes(15),
        statistic="Maximum",
    )
