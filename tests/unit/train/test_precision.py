"""Sixteen bits are used where the machine is faster with them, and nowhere else."""

import keras

from antiphon_train.precision import has_fast_bfloat16, use_fast_numbers
from antiphon_train.recipes import RECIPES


def test_the_instruction_is_found_by_its_name() -> None:
    assert has_fast_bfloat16("processor: 0\nflags : fpu avx512f avx512_bf16 sse\n")
    assert not has_fast_bfloat16("processor: 0\nflags : fpu avx512f sse\n")
    assert not has_fast_bfloat16("")


def test_the_tutorial_is_trained_as_it_always_was() -> None:
    use_fast_numbers(RECIPES["tutorial"])
    assert keras.mixed_precision.dtype_policy().name == "float32"
