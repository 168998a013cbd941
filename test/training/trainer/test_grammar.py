"""Grammars over tokens, and tokens as bytes."""

import re
import unittest

from apprentice_trainer.errors import UserError
from apprentice_trainer.grammar import Constraint, Grammar, token_pieces
from apprentice_trainer.vocabulary import load_tokenizer
from small import Small, texts
from tokenizers import Tokenizer, decoders, models

LINE = r'root ::= " "? "\r"? "\n" [ \t\r\n]* [^ \t\r\n] [^\n]* "\n" [ \t\r\n]{0,8}'


class Grammars(unittest.TestCase):
    def reads(self, grammar: str, content: bytes) -> tuple[bool, bool]:
        """Whether the grammar allows such a beginning, and whether a text may end there."""
        automaton = Grammar(grammar)
        state = automaton.start
        for byte in content:
            state = automaton.after(state, byte)
            if state is None:
                return False, False
        return True, automaton.may_end(state)

    def test_is_the_regular_expression_that_it_looks_like(self) -> None:
        expression = re.compile(r" ?\r?\n[ \t\r\n]*[^ \t\r\n][^\n]*\n[ \t\r\n]{0,8}")
        for whole in ("\n    x = 1\n", " \r\n\n\té漢🙂 = 1 \r\n" + " " * 8, "\nx\n\n\n\n", "\n\n\n  y\n"):
            changed = [f"{whole[:at]}{letter}{whole[at:]}" for at in range(len(whole)) for letter in " \nx"]
            for text in (whole, *changed):
                matches = expression.fullmatch(text) is not None
                self.assertEqual(self.reads(LINE, text.encode())[1], matches, repr(text))

    def test_counts_repetitions(self) -> None:
        cases = {
            'root ::= "ab" [c-e]{2}': (["abcd", "abee"], ["ab", "abc", "abcde", "a"]),
            'root ::= "a"+ "b"{1,}': (["ab", "aabb"], ["a", "b", ""]),
            r'root ::= [\]^\\-]{0,2} "\""': (['"', ']^"', '\\-"'], ["]", 'a"', ']]]"']),
            "root ::= [^a-y]?": (["", "z", "é"], ["a", "zz"]),
        }
        for grammar, (good, bad) in cases.items():
            for text in good:
                self.assertTrue(self.reads(grammar, text.encode())[1], (grammar, text))
            for text in bad:
                self.assertFalse(self.reads(grammar, text.encode())[1], (grammar, text))

    def test_knows_when_a_letter_is_whole(self) -> None:
        for content, expected in ((b"\xc3", (True, False)), (b"\xc3\xa9", (True, True)), (b"\xa9", (False, False))):
            self.assertEqual(self.reads("root ::= [^a]", content), expected)
        self.assertEqual(self.reads("root ::= [^a]*", b"\xe6x"), (False, False))

    def test_refuses_what_it_does_not_know(self) -> None:
        for text in ('root ::= "a" | "b"', "root ::= line", 'root ::= "ab"*', r'root ::= "\x41"', 'line ::= "a"', ""):
            with self.assertRaisesRegex(UserError, "only one rule"):
                Grammar(text)

    def test_allows_the_tokens_that_can_go_on(self) -> None:
        pieces = [b"\n", b"\n\n", b" ", b" x", b"x\ny", b"x\n", b"", b"<end>"]
        constraint = Constraint(Grammar(LINE), pieces, {7})
        allowed = [pieces[index] for index, is_allowed in enumerate(constraint.allowed(constraint.start)) if is_allowed]
        self.assertEqual(allowed, [b"\n", b"\n\n", b" "])
        state = constraint.after(constraint.after(constraint.start, 0), 3)
        self.assertEqual(constraint.allowed(state).tolist(), [True, True, True, True, False, True, False, False])
        self.assertEqual(constraint.allowed(constraint.after(state, 5)).tolist()[6:], [False, True])


class Pieces(unittest.TestCase):
    def test_tokens_of_a_byte_level_tokenizer_join_to_their_text(self) -> None:
        small = Small()
        self.addCleanup(small.close)
        tokenizer = load_tokenizer(small.tokenizer)
        pieces = token_pieces(tokenizer, 610)
        for text in (*texts()[:5], "é漢🙂\r\n\t"):
            self.assertEqual(b"".join(pieces[token] for token in tokenizer.encode(text).ids).decode(), text)
        self.assertEqual(pieces[tokenizer.token_to_id("<|im_end|>")], b"<|im_end|>")
        self.assertEqual(pieces[609], b"")

    def test_tokens_in_sentencepiece_s_form(self) -> None:
        tokenizer = Tokenizer(models.BPE(vocab={"\u2581a": 0, "<0x0A>": 1, "\u2581\u2581": 2}, merges=[]))
        tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback()])
        self.assertEqual(token_pieces(tokenizer, 3), [b" a", b"\n", b"  "])


if __name__ == "__main__":
    unittest.main()
