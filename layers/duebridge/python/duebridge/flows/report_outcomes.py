"""Counts the days whose facts have changed, and stops an arm of an experiment that borrowers mind too often."""

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

from ..core.content import Content
from ..core.experiment import Experiment
from ..core.outcome import counted
from ..core.stop import arm_label
from ..core.trial.of_experiment import rails_of
from ..ports import Clock, Outcomes
from .stopping import Stopping


class Report(Struct):
    """What one run did."""

    runs: int = 1
    days_counted: int = 0
    arms_stopped: int = 0
    continued: bool = False
    """Days are left over for the next run."""


class ReportOutcomes(Struct, frozen=True, kw_only=True):
    """Every run may be repeated: a day is counted from all of its facts, and a stop stands once."""

    outcomes: Outcomes
    stopping: Stopping
    content: Content
    clock: Clock

    def run(self, has_time: Callable[[], bool]) -> Report:
        """Counts first, so that the guard rails see everything that is known."""
        report = Report()
        for changed in self.outcomes.changed_days():
            if not has_time():
                report.continued = True
                break
            noted, cohorts = self.outcomes.facts(changed.day)
            self.outcomes.save(counted(changed.day, noted, cohorts), changed.changes)
            report.days_counted += 1
        for experiment in self.content.experiments:
            report.arms_stopped += self._guard(experiment)
        return report

    def _guard(self, experiment: Experiment) -> int:
        """Over all texts of each arm since its first day. One day more at both ends: a borrower's day is not ours."""
        today = self.clock.now().date()
        a_day = timedelta(days=1)
        if not experiment.guard_rails or not experiment.starts - a_day <= today <= experiment.ends + a_day:
            return 0
        days = self.outcomes.days(experiment.starts - a_day, today + a_day)
        stopped = 0
        for arm, readings in rails_of(days, experiment).items():
            for outcome, reading in sorted(readings.items()):
                if reading.is_tripped:
                    most = experiment.guard_rails[outcome].most
                    stopped += self.stopping.stop_arm(
                        arm_label(experiment.name, arm),
                        f"experiment {experiment.name}, arm {arm}: {reading.rate:.2%} of its texts were answered by "
                        f"{outcome}, and its guard rail allows {most:.2%}. Its texts are stopped and its loans rest "
                        "until you end the experiment or let it go on (docs/runbook/guard-rails.md)",
                    )
        return stopped
