"""The first screen in plain sentences: did it help, whom, at what cost, and did anyone mind."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ..outcome import OutcomeKind
from ..trial.verdict import Stratum
from .model import Answer, ArmLine, Comparison, Dimension, Line, Report, Trial
from .reader import Reader
from .trials import has_enough

GOOD, BAD, CALM, OPEN = "good", "bad", "calm", "open"


class Said(Struct, frozen=True):
    """One question's answer about one comparison, or about all texts."""

    verdict: str
    """A word or two, to be seen first; empty where there is none."""
    tone: str
    about: str
    """Which comparison; empty for all texts."""
    sentences: tuple[str, ...]


def helped(report: Report, reader: Reader) -> tuple[Said, ...]:
    """Did it help?"""
    words = reader.words
    found = tuple(_helped(trial, each, reader) for trial in report.trials for each in trial.comparisons)
    return found or (Said(words.of("verdict", "nothing"), CALM, "", (words("helped.nothing"),)),)


def whom(report: Report, reader: Reader) -> tuple[Said, ...]:
    """Whom did it help?"""
    found = tuple(
        Said("", CALM, _name(trial, reader), (_whom(each, reader),))
        for trial in report.trials
        for each in trial.comparisons
        if each.answer is not Answer.NOT_BEGUN
    )
    return found or (Said("", CALM, "", (reader.words("whom.nothing"),)),)


def cost(report: Report, reader: Reader) -> tuple[Said, ...]:
    """At what cost?"""
    words, total = reader.words, report.total
    if not total.texts:
        return (Said("", CALM, "", (words("cost.unknown"),)),)
    spent = reader.dollars(total.cost_micros)
    sentences = [words("cost.total", texts=reader.count(total.texts), parts=reader.count(total.parts), cost=spent)]
    if total.micros_a_cure is not None:
        price = reader.dollars(total.micros_a_cure)
        sentences.append(words("cost.cured", price=price, cured=reader.count(total.cured)))
    found = [Said("", CALM, "", tuple(sentences))]
    for trial in report.trials:
        prices = {line.names[-1]: line for line in _arm_lines(report, trial)}
        told = tuple(_prices(trial, prices, reader))
        if told:
            found.append(Said("", CALM, _name(trial, reader), told))
    return tuple(found)


def minded(report: Report, reader: Reader) -> tuple[Said, ...]:
    """Did anyone mind?"""
    words, shares = reader.words, report.total.shares
    kinds = (OutcomeKind.COMPLAINT, OutcomeKind.OPT_OUT, OutcomeKind.WRONG_NUMBER, OutcomeKind.DISPUTE)
    rates = {str(kind): reader.share(shares[kind]) for kind in kinds}
    first = words("minded.total", **rates) if report.total.texts else words("minded.unknown")
    return (Said("", CALM, "", (first,)), *(_rails(trial, reader) for trial in report.trials if trial.has_begun))


def arm(name: str, reader: Reader) -> str:
    """What an arm is called."""
    return reader.words.of("arm", name)


def stratum_is_told(stratum: Stratum) -> bool:
    """Whether a stage has enough loans, with and without the outcome, in both arms."""
    return has_enough(stratum.pair.treated) and has_enough(stratum.pair.control)


def _name(trial: Trial, reader: Reader) -> str:
    return reader.words.of("experiment", trial.experiment.name)


def _helped(trial: Trial, comparison: Comparison, reader: Reader) -> Said:
    words, verdict = reader.words, comparison.verdict
    values = {
        "arm": arm(verdict.arm, reader),
        "control": arm(verdict.control, reader),
        "did": words.of("did", trial.experiment.primary),
    }
    if comparison.answer is Answer.NOT_BEGUN:
        first, last = reader.day(trial.experiment.starts), reader.day(trial.experiment.ends)
        sentences = [words("helped.not_begun", day=first, last=last)]
    elif comparison.answer is Answer.NOT_ENOUGH:
        sentences = list(_not_enough(comparison, values, reader))
    else:
        sentences = [
            words(
                f"helped.{comparison.answer}",
                treated=reader.percent(verdict.treated.rate),
                untreated=reader.percent(verdict.untreated.rate),
                points=reader.points(verdict.difference),
                low=reader.points(verdict.low),
                high=reader.points(verdict.high),
                day=reader.day(verdict.decided_on) if verdict.decided_on else "",
                **values,
            ),
            words("helped.more_is_better" if trial.is_more_better else "helped.fewer_is_better"),
        ]
    if comparison.answer in (Answer.NOT_ENOUGH, Answer.INCONCLUSIVE):
        sentences += _still_needed(comparison, reader)
    tone = {Answer.HELPED: GOOD, Answer.DID_WORSE: BAD}.get(comparison.answer, OPEN)
    is_small = comparison.answer is Answer.NOT_ENOUGH and verdict.is_final
    verdict_word = words.of("verdict", "ended_small" if is_small else comparison.answer)
    return Said(verdict_word, tone, _name(trial, reader), tuple(sentences))


def _not_enough(comparison: Comparison, values: dict[str, str], reader: Reader) -> Iterator[str]:
    words, verdict, so_far = reader.words, comparison.verdict, comparison.so_far
    planned, fraction = reader.count(verdict.loans_planned), reader.percent(verdict.fraction)
    yield words("helped.not_enough", planned=planned, fraction=fraction, **values)
    if not so_far.is_told:
        yield words("helped.few_so_far")
        return
    yield words(
        "helped.so_far",
        treated=reader.share(so_far.treated),
        untreated=reader.share(so_far.control),
        points=reader.points(so_far.difference),
        low=reader.points(so_far.low),
        high=reader.points(so_far.high),
        **values,
    )


def _still_needed(comparison: Comparison, reader: Reader) -> Iterator[str]:
    words, verdict = reader.words, comparison.verdict
    waiting = reader.count(verdict.waiting)
    if verdict.is_final:
        if comparison.answer is Answer.NOT_ENOUGH:
            yield words("helped.ended_small")
            return
        if verdict.fraction >= 1:
            yield words("helped.complete")
        else:
            planned, fraction = reader.count(verdict.loans_planned), reader.percent(verdict.fraction)
            yield words("helped.over", planned=planned, fraction=fraction)
        yield words("helped.unseen", detectable=reader.points(verdict.detectable).removeprefix("+"))
        return
    if verdict.loans_needed:
        yield words("helped.needed", needed=reader.count(verdict.loans_needed))
        if verdict.waiting:
            yield words("helped.waiting", waiting=waiting)
    elif verdict.waiting:
        yield words("helped.waiting_only", waiting=waiting)


def _whom(comparison: Comparison, reader: Reader) -> str:
    words, verdict = reader.words, comparison.verdict
    values = {"arm": arm(verdict.arm, reader)}
    told = sorted(
        ((_difference(each), each.name) for each in verdict.strata if stratum_is_told(each)),
        key=lambda pair: pair[0],
    )
    if not told:
        return words("whom.few", **values)
    (lowest, low_stage), (highest, high_stage) = told[0], told[-1]
    if len(told) == 1:
        return words("whom.one", points=reader.points(lowest), stage=reader.stage(low_stage), **values)
    return words(
        "whom.spread",
        lowest=reader.points(lowest),
        lowest_stage=reader.stage(low_stage),
        highest=reader.points(highest),
        highest_stage=reader.stage(high_stage),
        **values,
    )


def _difference(stratum: Stratum) -> float:
    return stratum.pair.treated.rate - stratum.pair.control.rate


def _arm_lines(report: Report, trial: Trial) -> Iterable[Line]:
    for breakdown in report.breakdowns:
        if breakdown.dimension is Dimension.ARM:
            yield from (line for line in breakdown.lines if line.names[:1] == (trial.experiment.name,))


def _prices(trial: Trial, lines: dict[str, Line], reader: Reader) -> Iterator[str]:
    control = lines.get(trial.experiment.control)
    if control is None or control.micros_a_cure is None:
        return
    for comparison in trial.comparisons:
        line = lines.get(comparison.verdict.arm)
        if line and line.micros_a_cure is not None:
            yield reader.words(
                "cost.arms",
                arm=arm(comparison.verdict.arm, reader),
                price=reader.dollars(line.micros_a_cure),
                control=arm(trial.experiment.control, reader),
                control_price=reader.dollars(control.micros_a_cure),
            )


def _rails(trial: Trial, reader: Reader) -> Said:
    words, name = reader.words, _name(trial, reader)
    if not trial.experiment.guard_rails:
        return Said(words.of("verdict", "unguarded"), OPEN, name, (words("minded.unguarded"),))
    tripped = [sentence for line in trial.arms for sentence in _broken(line, reader)]
    stopped = [words("minded.stopped", arm=arm(line.arm, reader)) for line in trial.arms if line.is_stopped]
    if tripped or stopped:
        word = words.of("verdict", "tripped" if tripped else "stopped")
        return Said(word, BAD, name, (*tripped, *stopped))
    return Said(words.of("verdict", "calm"), GOOD, name, (words("minded.calm"),))


def _broken(line: ArmLine, reader: Reader) -> Iterator[str]:
    for outcome, rail in line.rails.items():
        if rail.reading.is_tripped:
            yield reader.words(
                "minded.tripped",
                arm=arm(line.arm, reader),
                rate=reader.share(rail.share),
                outcome=reader.words.of("outcome", outcome),
                most=reader.percent(rail.rail.most),
            )
