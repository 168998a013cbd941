"""Training: schedules, several processes, adapters, presets, and what a configuration must not say."""

import json
import os
import shutil
import socket
import unittest
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import torch
from accelerate import Accelerator, DistributedType
from accelerate.state import AcceleratorState
from apprentice_trainer import train_command
from apprentice_trainer.batches import to_batch
from apprentice_trainer.errors import UserError
from apprentice_trainer.losses import spread
from apprentice_trainer.models import load_model, new_model, presets
from apprentice_trainer.packed_data import IGNORED, PackedData
from apprentice_trainer.schedule import LearningRate, RowOrder, share_of_process
from apprentice_trainer.throughput import flops_per_token
from apprentice_trainer.train_configuration import Budget, Lora, ModelSource, TrainConfiguration
from small import Forked, Small, done, run
from torch.distributed.checkpoint import FileSystemReader


def losses(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "losses.jsonl").read_text().splitlines()]


class Schedule(unittest.TestCase):
    def test_the_learning_rate_rises_and_falls(self) -> None:
        for schedule, middle in (("cosine", 0.55), ("linear", 0.55)):
            rate = LearningRate(peak=1.0, schedule=schedule, warmup=10, minimum=0.1, steps=110)
            self.assertEqual([rate.at(0), rate.at(4), rate.at(9), rate.at(10)], [0.1, 0.5, 1.0, 1.0])
            self.assertAlmostEqual(rate.at(60), middle)
            self.assertAlmostEqual(rate.at(110), 0.1)
        self.assertGreater(
            LearningRate(1.0, "cosine", 0, 0.0, 100).at(25), LearningRate(1.0, "linear", 0, 0.0, 100).at(25)
        )

    def test_every_epoch_reads_every_row_once_in_another_order(self) -> None:
        order = RowOrder(rows=30, rows_per_step=7, seed=1)
        read = [row for step in range(13) for row in order.at(step)]
        epochs = [read[:30], read[30:60], read[60:90]]
        for epoch in epochs:
            self.assertEqual(sorted(epoch), list(range(30)))
        self.assertNotEqual(epochs[0], epochs[1])
        # A step is a function of its number: asked out of order it is the same.
        self.assertEqual(RowOrder(30, 7, 1).at(11), order.at(11))
        self.assertNotEqual(RowOrder(30, 7, 2).at(0), order.at(0))

    def test_the_held_out_loss_is_of_rows_from_everywhere(self) -> None:
        self.assertEqual(spread(10, 3), [0, 3, 6])
        self.assertEqual(spread(3, 10), [0, 1, 2])
        self.assertEqual(spread(0, 10), [])

    def test_processes_share_the_rows_of_a_step(self) -> None:
        rows = list(range(12))
        alone = share_of_process(rows, 2, 1, 0)
        shared = [part for process in range(3) for part in share_of_process(rows, 2, 3, process)]
        self.assertEqual(sorted(shared), sorted(alone))


class Presets(unittest.TestCase):
    def test_presets_have_the_sizes_they_name(self) -> None:
        with torch.device("meta"):
            for name, preset in presets().items():
                model = new_model(name, preset["vocabulary"], 1024, 0)
                self.assertEqual(sum(p.numel() for p in model.parameters()), preset["parameters"], name)
                self.assertAlmostEqual(
                    preset["parameters"] / 1e6, float(name.removesuffix("m")), delta=float(name[:-1]) * 0.07
                )

    def test_the_cost_of_a_token(self) -> None:
        model = new_model("1m", 2048, 1024, 0)
        matrices = sum(p.numel() for p in model.parameters() if p.ndim > 1)
        self.assertEqual(flops_per_token(model, 512), 6 * matrices + 12 * 4 * 128 * 512)


class Training(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.small = Small()
        cls.addClassCleanup(cls.small.close)

    def test_documents_in_one_sequence_do_not_see_each_other(self) -> None:
        data = PackedData(self.small.pack, "train", 64)
        sequences = [data.read([row]) for row in range(len(data))]
        packed = next(one for one in sequences if one.documents[0, -1] >= 1 and (one.documents == 0).sum() > 8)
        torch.manual_seed(0)
        model = new_model("1m", 600, 1024, 0).eval()
        batch = to_batch(packed, torch.device("cpu"), separate=True)
        with torch.no_grad():
            together = model(input_ids=batch.tokens, attention_mask=batch.mask, position_ids=batch.positions).logits[0]
            for document in range(int(packed.documents.max()) + 1):
                place = torch.from_numpy(packed.documents[0] == document)
                alone = model(input_ids=batch.tokens[:, place]).logits[0]
                torch.testing.assert_close(together[place], alone, atol=1e-4, rtol=1e-4)
        self.assertEqual(int((batch.targets == IGNORED).sum()), int(packed.documents.max()))

    def test_two_processes_are_one_with_twice_the_accumulation(self) -> None:
        one = self.small.training("one", accumulation=4)
        two = self.small.training("two", accumulation=2)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        def process(rank: int) -> Callable[[Path], None]:
            def command(configuration: Path) -> None:
                places = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2, "MASTER_PORT": port}
                os.environ.update({name: str(value) for name, value in places.items()}, MASTER_ADDR="127.0.0.1")
                AcceleratorState._reset_state(reset_partial_state=True)  # of the process that this one was forked from
                train_command.run(configuration)

            return command

        processes = [Forked(process(rank), two) for rank in range(2)]
        said = [list(forked.events) for forked in processes]
        self.assertEqual([forked.wait() for forked in processes], [0, 0])
        self.assertEqual(said[0][0]["processes"], 2)
        self.assertEqual(said[1], [])
        self.assertEqual(Forked(train_command.run, one).wait(), 0)
        together, alone = losses(self.small.folder / "two"), losses(self.small.folder / "one")
        self.assertEqual(len(together), len(alone))
        for ours, theirs in zip(together, alone, strict=True):
            for name, value in ours.items():
                # Sums in another order round otherwise, and steps add that up; a wrong mean would be off by whole percents.
                self.assertAlmostEqual(value, theirs[name], delta=2e-4, msg=f"{name} at step {ours['step']}")

    def test_adapters_are_merged_and_the_frozen_weights_stay(self) -> None:
        done(train_command.run, self.small.training("base"))
        base = self.small.folder / "base" / "model"
        lora = {"from": base, "lora": {"rank": 4, "alpha": 8}}
        changes = {"model": lora, "learning_rate": 1e-2, "budget": {"tokens": 12 * 256}, "schedule": "linear"}
        events = run(train_command.run, self.small.training("adapted", **changes))
        start = events[0]
        self.assertLess(start["trainable_parameters"], start["parameters"] / 5)
        self.assertEqual(start["steps"], 12)
        checkpoint = FileSystemReader(self.small.folder / "adapted" / "checkpoints" / "step-000000012")
        weights = [name for name in checkpoint.read_metadata().state_dict_metadata if name.startswith("model.")]
        self.assertTrue(weights and all("lora" in name for name in weights))
        before, after = load_model(base), load_model(self.small.folder / "adapted" / "model")
        names = {name for name, _ in after.named_parameters()}
        self.assertEqual(names, {name for name, _ in before.named_parameters()})
        for name, weight in before.named_parameters():
            same = torch.equal(weight, after.get_parameter(name))
            self.assertEqual(same, "_proj" not in name, name)
        begun, ended = (losses(self.small.folder / "adapted")[at] for at in (0, -1))
        self.assertEqual(begun["step"], 0)
        of_base = losses(self.small.folder / "base")[-1]["evaluation_loss"]
        self.assertAlmostEqual(begun["evaluation_loss"], of_base, places=5)
        self.assertNotAlmostEqual(ended["evaluation_loss"], of_base, places=3)
        # The merged model is the one that was evaluated last.
        merged = {"model": {"from": self.small.folder / "adapted" / "model"}, "budget": {"steps": 1}}
        done(train_command.run, self.small.training("merged", **merged))
        of_merged = losses(self.small.folder / "merged")[0]["evaluation_loss"]
        self.assertAlmostEqual(of_merged, ended["evaluation_loss"], places=5)

    def test_hours_become_steps_once(self) -> None:
        configuration = self.small.training("hours", budget={"hours": 0.0005})
        events = run(train_command.run, configuration)
        plan = json.loads((self.small.folder / "hours" / "plan.json").read_text())
        self.assertEqual(events[-1]["step"], plan["steps"])
        self.assertGreater(plan["steps"], 1)
        self.assertEqual(run(train_command.run, configuration), [events[-1]])

    def test_a_run_folder_belongs_to_one_configuration_wherever_it_lies(self) -> None:
        done(train_command.run, self.small.training("own"))
        moved = self.small.folder / "moved"
        (self.small.folder / "own").rename(moved)
        self.assertEqual(done(train_command.run, self.small.training("moved"))["step"], 12)
        with self.assertRaisesRegex(UserError, "it was begun with another learning_rate, seed"):
            run(train_command.run, self.small.training("moved", learning_rate=1e-4, seed=5))

    def test_a_gradient_that_overflows_has_no_norm(self) -> None:
        # As in fp16, which needs a GPU. What is written stays JSON, which has no infinity.
        with patch.object(Accelerator, "clip_grad_norm_", return_value=torch.tensor(torch.inf)):
            events = run(train_command.run, self.small.training("overflow", budget={"steps": 2}))
        steps = [event for event in events if event["event"] == "step"]
        written = [line for line in losses(self.small.folder / "overflow") if "loss" in line]
        self.assertEqual([line["grad_norm"] for line in [*steps, *written]], [None] * 4)

    def test_ways_of_spreading_that_would_train_something_else_are_refused(self) -> None:
        plain = TrainConfiguration(Path("data"), Path("out"), ModelSource(preset="1m"), Budget(steps=1))
        adapters = replace(plain, model=ModelSource(start=Path("base"), lora=Lora(8, 16.0)))

        def spread_by(kind: DistributedType, version: int = 2, original: bool | None = None) -> Accelerator:
            plugin = SimpleNamespace(fsdp_version=version, use_orig_params=original)
            return SimpleNamespace(distributed_type=kind, state=SimpleNamespace(fsdp_plugin=plugin))

        for configuration, accelerator, cause in (
            (plain, spread_by(DistributedType.DEEPSPEED), "DEEPSPEED is not supported"),
            (adapters, spread_by(DistributedType.FSDP), "adapters cannot be merged"),
            (plain, spread_by(DistributedType.FSDP, 1, False), "fsdp_use_orig_params: true"),
        ):
            with self.assertRaisesRegex(UserError, cause):
                train_command.check_processes(accelerator, configuration)
        for configuration, accelerator in (
            (plain, spread_by(DistributedType.FSDP)),
            (plain, spread_by(DistributedType.FSDP, 1, True)),
            (adapters, spread_by(DistributedType.MULTI_GPU)),
        ):
            train_command.check_processes(accelerator, configuration)

    def test_mistakes_are_named(self) -> None:
        for changes, cause in (
            ({"model": {"preset": "110"}}, 'preset "110": there is no such one. Did you mean 110m'),
            ({"learning_rte": 1}, 'key "learning_rte": there is no such one. Did you mean learning_rate'),
            ({"budget": {"steps": 1, "hours": 1}}, "exactly one of"),
            ({"model": {}}, "exactly one of"),
            ({"precision": "fp16"}, "fp16 needs a GPU"),
            ({"micro_batch": "8"}, '"8" is not of the type int'),
            ({"schedule": "cosin"}, '"cosin" is not one of'),
            ({"data": "/nowhere"}, "there is no packed corpus"),
            ({"sequence_length": 10**9}, "does not fill one sequence"),
            ({"seed": 2**32}, "it must be from 0 to"),
            ({"learning_rate": 1e38, "budget": {"steps": 1}, "warmup_steps": 0}, "the held-out loss is not finite"),
            ({"model": {"from": "/nowhere"}}, "neither a GGUF file nor a Hugging Face folder"),
        ):
            if changes == {"precision": "fp16"} and torch.cuda.is_available():
                continue
            with self.subTest(cause), self.assertRaises(UserError) as caught:
                run(train_command.run, self.small.training("mistake", **changes))
            self.assertIn(cause, str(caught.exception))
            self.small.folder.joinpath("mistake", "run.json").unlink(missing_ok=True)

    def test_models_that_cannot_be_gone_on_from_are_named(self) -> None:
        done(train_command.run, self.small.training("whole"))
        whole = self.small.folder / "whole" / "model"
        configuration = json.loads((whole / "config.json").read_text())

        def cut(folder: Path) -> None:
            weights = (folder / "model.safetensors").read_bytes()
            (folder / "model.safetensors").write_bytes(weights[: len(weights) // 2])

        def described(**changes: Any) -> Callable[[Path], object]:
            return lambda folder: (folder / "config.json").write_text(json.dumps({**configuration, **changes}))

        for name, damage, cause in (
            ("cut", cut, "it cannot be loaded: "),
            ("empty", lambda folder: (folder / "model.safetensors").write_bytes(b""), "it cannot be loaded: "),
            ("none", lambda folder: (folder / "model.safetensors").unlink(), "it cannot be loaded: "),
            ("layers", described(num_hidden_layers=9), "of its weights are missing, such as model.layers"),
            ("width", described(hidden_size=999), "it cannot be loaded: "),
            ("other", described(model_type="bert"), 'its architecture is "bert"'),
            ("text", lambda folder: (folder / "config.json").write_text("{"), "config.json: it is no JSON document"),
            ("list", lambda folder: (folder / "config.json").write_text("[]"), "config.json holds no object"),
        ):
            folder = self.small.folder / f"model-{name}"
            shutil.copytree(whole, folder)
            damage(folder)
            with self.subTest(name), self.assertRaises(UserError) as caught:
                run(train_command.run, self.small.training(f"from-{name}", model={"from": folder}, tokenizer=None))
            self.assertIn(cause, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
