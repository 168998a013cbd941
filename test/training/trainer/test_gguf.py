"""GGUF files: what is written is read back, by this reader and by the one of transformers."""

import importlib.util
import unittest
from pathlib import Path
from unittest.mock import patch

import torch
from apprentice_trainer import export_command, import_command, pre_tokenizers
from apprentice_trainer.errors import UserError
from apprentice_trainer.gguf_export import export_gguf
from apprentice_trainer.gguf_format import deinterleave, interleave
from apprentice_trainer.gguf_model import GgufFile, gguf_tokenizer
from apprentice_trainer.models import ATTENTION, load_model, new_model, save_model
from apprentice_trainer.served_model import RequestLine, ServedModel
from apprentice_trainer.vocabulary import begin_tokens, load_tokenizer, save_tokenizer
from small import Small, done, run, texts
from tokenizers import processors
from transformers import AutoModelForCausalLM, Qwen2Config


def qwen(tied: bool) -> torch.nn.Module:
    """A Qwen2 model with random weights and biases."""
    shape = {"hidden_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    rest = {"intermediate_size": 160, "vocab_size": 608, "max_position_embeddings": 128, "tie_word_embeddings": tied}
    model = AutoModelForCausalLM.from_config(
        Qwen2Config(**shape, **rest, bos_token_id=0, eos_token_id=0), attn_implementation=ATTENTION
    )
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(parameter)
    return model


@unittest.skipUnless(importlib.util.find_spec("gguf"), "the package gguf is missing")
class Gguf(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.small = Small()
        cls.addClassCleanup(cls.small.close)
        torch.manual_seed(2)
        models = {"llama": new_model("1m", 600, 128, 0), "qwen2": qwen(tied=True), "untied": qwen(tied=False)}
        for name, model in models.items():
            save_model(model.float(), cls.small.folder / name)
            save_tokenizer(load_tokenizer(cls.small.tokenizer), cls.small.folder / name, {"eos_token": "<|endoftext|>"})

    def export(self, name: str, kind: str) -> Path:
        out = self.small.folder / f"{name}-{kind}.gguf"
        fields = {"model": self.small.folder / name, "out": out, "type": kind}
        done(export_command.run, self.small.configuration("export", **fields))
        return out

    def logits(self, model: torch.nn.Module) -> torch.Tensor:
        ids = torch.tensor([load_tokenizer(self.small.tokenizer).encode(texts()[0]).ids[:100]])
        with torch.no_grad():
            return model.eval()(input_ids=ids).logits

    def test_what_is_exported_is_imported_again(self) -> None:
        for name in ("llama", "qwen2", "untied"):
            with self.subTest(name):
                file = self.export(name, "F32")
                back = self.small.folder / f"{name}-back"
                done(import_command.run, self.small.configuration("import", **{"from": file}, out=back))
                before, after = load_model(self.small.folder / name), load_model(back)
                self.assertEqual(before.config.tie_word_embeddings, after.config.tie_word_embeddings)
                for key, weight in before.named_parameters():
                    self.assertTrue(torch.equal(weight, after.get_parameter(key)), key)
                ours, theirs = load_tokenizer(back), load_tokenizer(self.small.tokenizer)
                for text in texts():
                    self.assertEqual(ours.encode(text).ids, theirs.encode(text).ids)

    def test_transformers_own_reader_gives_the_same_logits(self) -> None:
        for name in ("llama", "qwen2"):
            with self.subTest(name):
                file = self.export(name, "F32")
                oracle = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
                expected = self.logits(load_model(self.small.folder / name))
                torch.testing.assert_close(self.logits(oracle), expected, atol=1e-5, rtol=1e-5)
                torch.testing.assert_close(self.logits(load_model(file)), expected, atol=0, rtol=0)

    def test_fewer_bits_are_nearly_the_same(self) -> None:
        expected = self.logits(load_model(self.small.folder / "qwen2"))
        spread = float(expected.std())
        sizes = []
        for kind, tolerance in (("F32", 1e-6), ("F16", 2e-2), ("Q8_0", 0.3)):
            file = self.export("qwen2", kind)
            sizes.append(file.stat().st_size)
            difference = float((self.logits(load_model(file)) - expected).abs().max())
            self.assertLess(difference, tolerance * spread, kind)
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_an_output_matrix_in_other_bits_is_the_embedding(self) -> None:
        folder = self.small.folder / "nearly"
        model = qwen(tied=False)
        with torch.no_grad():
            noise = 0.01 * torch.randn_like(model.lm_head.weight) * model.lm_head.weight.std()
            model.get_input_embeddings().weight.copy_(model.lm_head.weight + noise)
        save_model(model.float(), folder)
        save_tokenizer(load_tokenizer(self.small.tokenizer), folder, {"eos_token": "<|endoftext|>"})
        loaded = load_model(self.export("nearly", "F32"))
        self.assertTrue(loaded.config.tie_word_embeddings)
        self.assertTrue(torch.equal(loaded.get_input_embeddings().weight, model.lm_head.weight))

    def test_weights_that_would_be_left_out_are_refused(self) -> None:
        file = self.export("llama", "F32")
        tensors = GgufFile.tensors
        with (
            patch.object(GgufFile, "tensors", lambda self: {**tensors(self), "rope_freqs.weight": None}),
            self.assertRaisesRegex(UserError, "weights that are not supported: rope_freqs.weight"),
        ):
            load_model(file)

    def test_words_that_are_tokens_are_not_joined_of_parts_where_llama_cpp_does_not(self) -> None:
        folder = self.small.folder / "whole-words"
        save_model(new_model("1m", 600, 128, 0), folder)
        tokenizer = load_tokenizer(self.small.tokenizer)
        tokenizer.pre_tokenizer = pre_tokenizers.by_name("llama-bpe")
        save_tokenizer(tokenizer, folder, {"eos_token": "<|endoftext|>"})
        with self.assertRaisesRegex(UserError, "split text in another way"):
            export_gguf(folder, self.small.folder / "refused.gguf", "F32")
        tokenizer.model.ignore_merges = True
        save_tokenizer(tokenizer, folder, {"eos_token": "<|endoftext|>"})
        file = self.small.folder / "whole-words.gguf"
        export_gguf(folder, file, "F32")
        self.assertTrue(gguf_tokenizer(file)[0].model.ignore_merges)

    def test_a_token_that_begins_texts_is_handed_on(self) -> None:
        folder = self.small.folder / "begins"
        save_model(new_model("1m", 600, 128, 0), folder)
        tokenizer = load_tokenizer(self.small.tokenizer)
        names = {"eos_token": "<|endoftext|>", "bos_token": "<|im_start|>"}
        begin = [tokenizer.token_to_id("<|im_start|>")]
        template = processors.TemplateProcessing(single="<|im_start|> $A", special_tokens=[("<|im_start|>", begin[0])])
        for stated, processor, expected in ((None, None, []), (True, None, begin), (None, template, begin)):
            with self.subTest(stated=stated, processor=processor):
                if processor is not None:
                    tokenizer.post_processor = processor
                save_tokenizer(tokenizer, folder, names if stated is None else {**names, "add_bos_token": stated})
                file = self.small.folder / "begins.gguf"
                export_gguf(folder, file, "F32")
                self.assertEqual(begin_tokens(*gguf_tokenizer(file)), expected)
                served = ServedModel(folder, "cpu", "float32")
                request = served.request(RequestLine(id="p", samples=[0], prompt="import"))
                self.assertEqual(request.prompt, expected + served.encode("import"))

    def test_rows_of_heads_are_interleaved(self) -> None:
        rows = torch.arange(8).numpy()
        self.assertEqual(interleave(rows, 2).tolist(), [0, 2, 1, 3, 4, 6, 5, 7])
        self.assertEqual(deinterleave(interleave(rows, 2), 2).tolist(), rows.tolist())

    def test_what_cannot_be_read_is_named(self) -> None:
        bad = self.small.folder / "bad.gguf"
        for content in (b"", b"GGUF", b"GGUF\x03\x00\x00\x00" + b"\xff" * 64, b"text"):
            bad.write_bytes(content)
            with self.assertRaisesRegex(UserError, "GGUF file"):
                run(
                    import_command.run, self.small.configuration("import", **{"from": bad}, out=self.small.folder / "x")
                )
        with self.assertRaisesRegex(UserError, "no config.json"):
            fields = {"model": self.small.tokenizer, "out": bad}
            run(export_command.run, self.small.configuration("export", **fields))


if __name__ == "__main__":
    unittest.main()
