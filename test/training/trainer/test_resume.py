"""A run that is killed at any moment and started again ends as an undisturbed one.

The same losses, bit for bit, and the same weights.
"""

import json
import random
import shutil
import signal
import time
import unittest
from pathlib import Path
from typing import Any

from accelerate.state import AcceleratorState
from apprentice_trainer import train_command
from apprentice_trainer.errors import UserError
from small import Forked, Small, run


def outcome(out: Path) -> tuple[bytes, bytes]:
    """What a finished run leaves: its losses and its weights."""
    return (out / "losses.jsonl").read_bytes(), (out / "model" / "model.safetensors").read_bytes()


class Resume(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.small = Small()
        cls.addClassCleanup(cls.small.close)

    def refused(self, configuration: Path, cause: str) -> None:
        """Runs it in this process, which must be fit for another precision afterwards."""
        self.addCleanup(AcceleratorState._reset_state, True)
        with self.assertRaisesRegex(UserError, cause):
            run(train_command.run, configuration)

    def finish(self, configuration: Path) -> None:
        self.assertEqual(Forked(train_command.run, configuration).wait(), 0)

    def undisturbed(self, **changes: Any) -> tuple[bytes, bytes]:
        configuration = self.small.training("undisturbed", **changes)
        self.finish(configuration)
        return outcome(self.small.folder / "undisturbed")

    def killed_at_random(self, seed: int, **changes: Any) -> int:
        """Kills a run again and again, in steps and within the writing of checkpoints; returns how often."""
        random_moments = random.Random(seed)
        # A checkpoint after every step: half of the time is spent in writing them.
        configuration = self.small.training("killed", checkpoint_minutes=0, **changes)
        kills = 0
        while True:
            run = Forked(train_command.run, configuration)
            steps = random_moments.randrange(1, 5)
            for event in run.events:
                steps -= event["event"] == "step"
                if steps == 0:
                    time.sleep(random_moments.random() * 0.06)
                    run.kill()
                    break
            if run.wait() == 0:
                return kills
            kills += 1

    def check_killed(self, **changes: Any) -> None:
        expected = self.undisturbed(**changes)
        kills = self.killed_at_random(seed=7, **changes)
        self.assertGreaterEqual(kills, 3)
        self.assertEqual(outcome(self.small.folder / "killed"), expected)
        steps = [json.loads(line) for line in expected[0].splitlines()]
        self.assertLess(steps[-1]["evaluation_loss"], steps[0]["loss"])

    def test_kill_9_in_float32(self) -> None:
        self.check_killed()

    def test_sigterm_writes_a_checkpoint_and_stops(self) -> None:
        changes = {"precision": "bf16", "seed": 3}
        expected = self.small.training("whole", **changes)
        self.finish(expected)
        configuration = self.small.training("stopped", **changes)
        run = Forked(train_command.run, configuration)
        said = []
        for event in run.events:
            said.append(event)
            if event["event"] == "step" and event["step"] == 4:
                run.kill(signal.SIGTERM)
        self.assertEqual(run.wait(), 0)
        self.assertEqual(said[-1]["event"], "stopped")
        self.assertEqual(said[-2], {**said[-2], "event": "checkpoint", "step": said[-1]["step"]})
        self.assertFalse((self.small.folder / "stopped" / "model").exists())
        self.finish(configuration)
        self.assertEqual(outcome(self.small.folder / "stopped"), outcome(self.small.folder / "whole"))

    def test_a_damaged_checkpoint_gives_way_to_the_one_before(self) -> None:
        expected = self.undisturbed()
        for name, damage, cause in (
            ("cut", lambda content: content[:-100], r".*\.distcp is missing or cut short"),
            ("zeros", lambda content: bytes(len(content)), "PyTorch cannot read it"),
        ):
            with self.subTest(name):
                configuration = self.small.training(name, checkpoint_minutes=0)
                run = Forked(train_command.run, configuration)
                for event in run.events:
                    if event["event"] == "checkpoint" and event["step"] == 6:
                        run.kill()
                run.wait()
                newest = sorted((self.small.folder / name / "checkpoints").glob("step-*"))[-1]
                weights = next(newest.glob("*.distcp"))
                weights.write_bytes(damage(weights.read_bytes()))
                again = Forked(train_command.run, configuration)
                said = list(again.events)
                self.assertEqual(again.wait(), 0)
                remark = next(event["text"] for event in said if event["event"] == "remark")
                self.assertRegex(remark, rf"The checkpoint {newest.name} is damaged \({cause}\); the one before")
                start = next(event for event in said if event["event"] == "start")
                self.assertEqual(start["resumed_at"], int(newest.name.removeprefix("step-")) - 1)
                self.assertEqual(outcome(self.small.folder / name), expected)

    def test_without_a_whole_checkpoint_nothing_is_begun_anew_unasked(self) -> None:
        configuration = self.small.training("lost", checkpoint_minutes=0)
        self.finish(configuration)
        out = self.small.folder / "lost"
        (out / "result.json").unlink()
        for state in out.glob("checkpoints/*/state.json"):
            state.write_text("{")
        self.refused(configuration, "none of its checkpoints can be read .* Delete this folder")

    def test_a_log_that_something_else_wrote_into_is_named(self) -> None:
        configuration = self.small.training("written", checkpoint_minutes=0)
        self.finish(configuration)
        out = self.small.folder / "written"
        (out / "result.json").unlink()
        log = out / "losses.jsonl"
        log.write_bytes(b"note\n" + log.read_bytes())
        self.refused(configuration, "losses.jsonl, line 1: this is no line of the log")

    def test_a_model_that_was_removed_is_made_again_of_the_last_checkpoint(self) -> None:
        configuration = self.small.training("removed")
        self.finish(configuration)
        out = self.small.folder / "removed"
        expected = outcome(out)
        shutil.rmtree(out / "model")
        self.finish(configuration)
        self.assertEqual(outcome(out), expected)


if __name__ == "__main__":
    unittest.main()
