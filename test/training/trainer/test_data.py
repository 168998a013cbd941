"""Corpus, tokenizer and pack: what goes in, how often, and where documents begin."""

import hashlib
import json
import math
import shutil
import signal
import subprocess
import sys
import unittest
import unittest.mock

import numpy as np
from apprentice_trainer import pack_command, pre_tokenizers, tokenizer_command
from apprentice_trainer.corpus import Document
from apprentice_trainer.errors import UserError, refusal
from apprentice_trainer.packed_data import IGNORED, PackedData
from apprentice_trainer.vocabulary import load_tokenizer
from small import Forked, Small, done, texts, write_corpus


class Data(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.small = Small()
        cls.addClassCleanup(cls.small.close)

    def pack(self, name: str, **fields: object) -> dict:
        defaults = {"tokenizer": self.small.tokenizer, "sequence_length": 16, "held_out": 0.0}
        out = self.small.folder / name
        return done(pack_command.run, self.small.configuration(name, **{**defaults, **fields}, out=out))

    def stream(self, name: str, side: str = "train") -> list[list[int]]:
        folder = self.small.folder / name / side
        tokens = np.fromfile(folder / "tokens.bin", dtype=np.uint16)
        starts = np.fromfile(folder / "documents.bin", dtype=np.uint64)
        self.assertEqual(starts[-1], len(tokens))
        return [tokens[int(a) : int(b)].tolist() for a, b in zip(starts[:-1], starts[1:], strict=True)]

    def test_the_same_corpus_gives_the_same_tokenizer(self) -> None:
        again = self.small.folder / "again"
        fields = {"action": "train", "corpus": [self.small.corpus], "vocabulary": 600, "out": again}
        done(tokenizer_command.run, self.small.configuration("again", **fields))
        one, other = ((folder / "tokenizer.json").read_bytes() for folder in (self.small.tokenizer, again))
        self.assertEqual(one, other)

    def test_a_tokenizer_gives_every_text_back_and_counts_itself(self) -> None:
        fields = {"action": "compare", "corpus": [self.small.corpus], "split": "all"}
        pair = [self.small.tokenizer, self.small.tokenizer / "tokenizer.json"]
        result = done(tokenizer_command.run, self.small.configuration("compare", **fields, tokenizers=pair))
        first, second = result["tokenizers"]
        self.assertEqual(first["round_trips"], result["documents"])
        self.assertEqual(result["documents"], len(texts()))
        self.assertEqual(first["tokens"], second["tokens"])
        self.assertAlmostEqual(first["bytes_per_token"], result["bytes"] / first["tokens"])
        self.assertEqual(pre_tokenizers.name_of(load_tokenizer(self.small.tokenizer)), "qwen2")

    def test_text_that_looks_like_a_special_token_stays_text(self) -> None:
        tokenizer = load_tokenizer(self.small.tokenizer)
        ids = tokenizer.encode("a<|endoftext|>b").ids
        self.assertNotIn(tokenizer.token_to_id("<|endoftext|>"), ids)
        self.assertEqual(tokenizer.decode(ids), "a<|endoftext|>b")

    def test_the_pack_holds_every_document_once_in_order(self) -> None:
        result = self.pack("whole", corpus=[self.small.corpus])
        tokenizer = load_tokenizer(self.small.tokenizer)
        expected = [[*tokenizer.encode(text).ids, result["end_token"]] for text in texts()]
        self.assertEqual(self.stream("whole"), expected)
        self.assertEqual(result["tokens"], sum(map(len, expected)))
        self.assertEqual(result["bytes"], sum(len(text.encode()) for text in texts()))

    def test_a_document_begins_as_the_tokenizer_begins_a_text(self) -> None:
        tokenizer = self.small.folder / "begins"
        shutil.copytree(self.small.tokenizer, tokenizer)
        file = tokenizer / "tokenizer_config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "add_bos_token": True}))
        corpus = write_corpus(self.small.folder / "b.parquet", content=["a = 1\n" * 9] * 2, response_start=[6, 0])
        fields = {"corpus": [corpus], "tokenizer": tokenizer, "loss": "response"}
        result = self.pack("begun", **fields)
        ids = load_tokenizer(tokenizer).encode("a = 1\n" * 9).ids
        self.assertEqual(self.stream("begun")[1], [result["end_token"], *ids, result["end_token"]])
        mask = np.fromfile(self.small.folder / "begun" / "train" / "mask.bin", dtype=np.uint8)
        self.assertEqual(mask[-len(ids) - 2 :].tolist(), [0, *[1] * (len(ids) + 1)])

    def test_the_hash_of_a_document_decides_on_which_side_it_is(self) -> None:
        result = self.pack("split", corpus=[self.small.corpus], held_out=0.2)
        hashes = [int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) / 2**64 for text in texts()]
        self.assertEqual(result["held_out_documents"], sum(value < 0.2 for value in hashes))
        self.assertEqual(result["documents"] + result["held_out_documents"], len(texts()))

    def test_the_weight_is_how_often_a_document_is_read_and_at_least_once(self) -> None:
        contents = [f"x = {number}\n" * 9 for number in range(400)]
        corpus = write_corpus(
            self.small.folder / "w.parquet", content=contents, weight=[[0.1, 1.0, 2.0, 2.5][n % 4] for n in range(400)]
        )
        self.pack("weights", corpus=[corpus])
        read = [str(document) for document in self.stream("weights")]
        tokenizer = load_tokenizer(self.small.tokenizer)
        times = [read.count(str([*tokenizer.encode(text).ids, 0])) for text in contents]
        self.assertEqual([set(times[kind::4]) for kind in range(4)], [{1}, {1}, {2}, {2, 3}])
        self.assertAlmostEqual(sum(times[3::4]) / 100, 2.5, delta=0.15)
        self.assertEqual(Document("a", 3.0).repetitions(), 3)
        # Copies of a document do not lie side by side.
        self.assertFalse(any(one == other for one, other in zip(read[:-1], read[1:], strict=True)))

    def test_a_killed_pack_goes_on_and_ends_as_an_undisturbed_one(self) -> None:
        half = len(texts()) // 2
        weights = [1.5] * len(texts())
        parts = [(texts()[:half], weights[:half]), (texts()[half:], weights[half:])]
        shards = [
            write_corpus(self.small.folder / f"{n}.parquet", content=t, weight=w) for n, (t, w) in enumerate(parts)
        ]
        fields = {"corpus": shards, "tokenizer": self.small.tokenizer, "sequence_length": 16, "held_out": 0.1}
        self.pack("undisturbed", corpus=shards, held_out=0.1)
        out = self.small.folder / "killed"
        configuration = self.small.configuration("killed", **fields, out=out)
        state = out.with_name("killed.partial") / "state.json"
        run = Forked(pack_command.run, configuration)
        while not state.exists():
            pass
        run.kill(signal.SIGKILL)
        run.wait()
        self.assertIn(json.loads(state.read_text())["shards"], (1, 2))
        self.pack("killed", corpus=shards, held_out=0.1)
        for side in ("train", "held_out"):
            self.assertEqual(self.stream("killed", side), self.stream("undisturbed", side))

    def test_a_finished_pack_is_not_made_again_unless_its_inputs_changed(self) -> None:
        first = self.pack("same", corpus=[self.small.corpus])
        self.assertEqual(self.pack("same", corpus=[self.small.corpus]), first)
        self.assertNotEqual(self.pack("same", corpus=[self.small.corpus], held_out=0.3), first)

    def test_a_pack_that_was_damaged_is_made_again(self) -> None:
        first = self.pack("cut", corpus=[self.small.corpus])
        tokens = self.small.folder / "cut" / "train" / "tokens.bin"
        whole = tokens.read_bytes()
        tokens.write_bytes(whole[:-2])
        self.assertEqual(self.pack("cut", corpus=[self.small.corpus]), {**first, "seconds": unittest.mock.ANY})
        self.assertEqual(tokens.read_bytes(), whole)

    def test_a_tokenizer_takes_no_other_s_place(self) -> None:
        out = self.small.folder / "taken"
        fields = {"action": "train", "corpus": [self.small.corpus], "out": out}
        done(tokenizer_command.run, self.small.configuration("taken", **fields, vocabulary=600))
        with self.assertRaisesRegex(UserError, "it holds a tokenizer of another vocabulary. Choose another folder"):
            done(tokenizer_command.run, self.small.configuration("taken", **fields, vocabulary=601))
        self.assertEqual(load_tokenizer(out).get_vocab_size(), 600)
        done(tokenizer_command.run, self.small.configuration("taken", **fields, vocabulary=601, replace=True))
        stranger = self.small.folder / "stranger"
        stranger.mkdir()
        (stranger / "thesis.txt").touch()
        fields["out"] = stranger
        with self.assertRaisesRegex(UserError, r"holds something else already \(thesis.txt\)"):
            done(tokenizer_command.run, self.small.configuration("taken", **fields, vocabulary=600))
        fields["out"] = stranger / "thesis.txt"
        with self.assertRaisesRegex(UserError, "it is a file"):
            done(tokenizer_command.run, self.small.configuration("taken", **fields, vocabulary=600))

    def test_what_the_file_system_refuses_is_said_without_a_traceback(self) -> None:
        file = self.small.folder / "file"
        file.touch()
        pack = {"corpus": [self.small.corpus], "tokenizer": self.small.tokenizer, "out": file / "pack"}
        configuration = self.small.configuration("refused", **pack)
        command = [sys.executable, "-m", "apprentice_trainer", "pack", "--config", str(configuration)]
        process = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(process.returncode, 2)
        self.assertNotIn("Traceback", process.stderr)
        event = json.loads(process.stdout.splitlines()[-1])
        self.assertEqual(event["cause"], "a part of this path is a file, where a folder is needed")
        self.assertIn(str(file), event["scope"])
        full = Exception("Error while serializing: I/O error: No space left on device (os error 28)")
        self.assertEqual(refusal(full).cause, "the disk is full")
        self.assertIsNone(refusal(Exception("shapes differ")))

    def test_targets_stop_at_the_boundaries_of_documents(self) -> None:
        contents = [f"a{number}" for number in range(60)]
        corpus = write_corpus(self.small.folder / "b.parquet", content=contents)
        self.pack("boundaries", corpus=[corpus])
        data = PackedData(self.small.folder / "boundaries", "train", 16)
        rows = data.read(list(range(len(data))))
        self.assertTrue((rows.targets[rows.tokens == 0] == IGNORED).all())
        self.assertTrue((rows.targets[rows.tokens != 0] != IGNORED).all())
        inner = (rows.targets != IGNORED)[:, :-1]
        self.assertTrue((rows.positions[:, 1:][inner] == rows.positions[:, :-1][inner] + 1).all())
        self.assertTrue((rows.positions[:, 1:][~inner] == 0).all())
        self.assertTrue((np.diff(rows.documents, axis=1) == ~inner).all())
        joined = data.read([0], across_documents=True)
        self.assertFalse((joined.targets == IGNORED).any())

    def test_only_responses_are_learned_where_the_corpus_says_where_they_begin(self) -> None:
        prompts, responses = ["é question: "] * 50, ["the answer"] * 50
        starts = [len(prompt.encode()) for prompt in prompts]
        contents = [prompt + response for prompt, response in zip(prompts, responses, strict=True)]
        corpus = write_corpus(self.small.folder / "r.parquet", content=contents, response_start=starts)
        self.pack("responses", corpus=[corpus], loss="response")
        data = PackedData(self.small.folder / "responses", "train", 16)
        rows = data.read(list(range(len(data))))
        tokenizer = load_tokenizer(self.small.tokenizer)
        wanted = {*tokenizer.encode("the answer").ids, 0}
        learned = rows.targets[rows.targets != IGNORED]
        self.assertEqual(set(learned.tolist()), wanted)
        length = len(tokenizer.encode("é question: ").ids) + len(tokenizer.encode("the answer").ids) + 1
        share = (len(tokenizer.encode("the answer").ids) + 1) / length
        self.assertAlmostEqual(len(learned) / rows.targets.size, share, delta=0.05)
        with self.assertRaisesRegex(UserError, "response_start"):
            self.pack("no-responses", corpus=[self.small.corpus], loss="response")

    def test_what_is_no_corpus_is_named(self) -> None:
        for name, content in (("missing", None), ("text", b"no parquet")):
            path = self.small.folder / f"{name}.parquet"
            if content:
                path.write_bytes(content)
            with self.assertRaisesRegex(UserError, "no such file|no Parquet file"):
                self.pack(name, corpus=[path])
        for number, (columns, cause) in enumerate(
            (
                ({"content": [1, 2]}, '"content" is of the type int64. It must be text'),
                ({"content": ["a"], "weight": ["1"]}, '"weight" is of the type string. It must be a number'),
                ({"content": ["a"], "response_start": [0.5]}, "It must be a whole number"),
                ({"content": ["a", "b"], "weight": [1.0, math.nan]}, "the weight of row 1 is nan. Weights are"),
                ({"content": ["a"], "weight": [math.inf]}, "the weight of row 0 is inf"),
                ({"content": ["a"], "weight": [-1]}, "the weight of row 0 is -1"),
            )
        ):
            path = write_corpus(self.small.folder / f"wrong-{number}.parquet", **columns)
            with self.assertRaisesRegex(UserError, cause):
                self.pack(f"wrong-{number}", corpus=[path])
        path = self.small.folder / "damaged.parquet"
        content = bytearray(self.small.corpus.read_bytes())
        content[200:4000] = bytes(3800)
        path.write_bytes(content)
        with self.assertRaisesRegex(UserError, "it is damaged|not UTF-8"):
            self.pack("damaged", corpus=[path])
        path = write_corpus(self.small.folder / "columns.parquet", text=["a"])
        with self.assertRaisesRegex(UserError, 'no column "content", only text'):
            self.pack("columns", corpus=[path])


if __name__ == "__main__":
    unittest.main()
