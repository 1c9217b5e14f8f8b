"""Records the orders in which PyTorch's loaders, samplers and random_split draw, and their error texts.

    python scripts/reference/dataloader.py      writes test/fixtures/dataloader.json

A case makes a loader over 0, 1, ..., n - 1 after manual_seed(seed) and passes over it several times: `passes` says how many
batches each takes, null for all. After each pass `state` and `own` hash the states of the default generator and of the
loader's own one.
"""
import hashlib
import json
import sys
import warnings
from itertools import islice
from pathlib import Path

import torch

if int(torch.__version__.split(".")[0]) < 2:
    print("dataloader.json stays as it is: the error texts of PyTorch 1 differ")
    sys.exit()

from torch.utils.data import (
    BatchSampler, ChainDataset, ConcatDataset, DataLoader, Dataset, IterableDataset, RandomSampler, SequentialSampler,
    StackDataset, Subset, SubsetRandomSampler, TensorDataset, WeightedRandomSampler, default_collate, random_split)

warnings.simplefilter("ignore")
SEEDS = [0, 42, 2**32 + 5]


def state(generator=torch.default_generator):
    if generator is None:
        return None
    return hashlib.sha256(bytes(generator.get_state().tolist())).hexdigest()[:16]


def make_generator(seed):
    return None if seed is None else torch.Generator().manual_seed(seed)


def make_sampler(spec, n, generator):
    """A sampler from its JSON, [kind, *arguments]."""
    if spec is None:
        return None
    kind, *args = spec
    if kind == "list":
        return args[0]
    if kind == "batch":
        return BatchSampler(make_sampler(args[0], n, generator), *args[1:])
    if kind == "sequential":
        return SequentialSampler(range(n))
    if kind == "random":
        return RandomSampler(range(n), *args, generator=generator)
    if kind == "subset":
        return SubsetRandomSampler(*args, generator=generator)
    return WeightedRandomSampler(*args, generator=generator)


def plain(x):
    if isinstance(x, torch.Tensor):
        return x.tolist()
    return [plain(v) for v in x] if isinstance(x, (list, tuple)) else x


def case(seed, n, passes, generator=None, sampler=None, batch_sampler=None, **options):
    torch.manual_seed(seed)
    own = make_generator(generator)
    loader = DataLoader(list(range(n)), sampler=make_sampler(sampler, n, own), generator=own,
                        batch_sampler=make_sampler(batch_sampler, n, own), **options)
    done = []
    for count in passes:
        batches = [plain(b) for b in islice(iter(loader), count)]
        done.append({"batches": batches, "state": state(), "own": state(own)})
    return {"seed": seed, "n": n, "passes": passes, "generator": generator, "sampler": sampler,
            "batch_sampler": batch_sampler, "options": options, "length": len(loader), "done": done}


def cases():
    every = [None, 0, 1, None]
    for seed in SEEDS:
        for generator in (None, 7):
            for n, batch_size in [(10, 3), (12, 4), (1, 1), (5, 8)]:
                for shuffle in (False, True):
                    for drop_last in (False, True):
                        yield case(seed, n, every, generator, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last)
            for shuffle in (False, True):
                yield case(seed, 6, [None, 2, None], generator, batch_size=None, shuffle=shuffle)
            yield case(seed, 9, every, generator, sampler=["random", True, 40], batch_size=7)
            yield case(seed, 9, every, generator, sampler=["random", False, 20], batch_size=7)
            yield case(seed, 9, every, generator, sampler=["subset", [8, 2, 4, 6]], batch_size=3)
            yield case(seed, 4, every, generator, sampler=["weighted", [0.5, 0, 3, 1], 6], batch_size=4, drop_last=True)
            yield case(seed, 4, every, generator, sampler=["weighted", [0.5, 0, 3, 1], 3, False], batch_size=None)
            yield case(seed, 9, every, generator, batch_sampler=["batch", ["random", False, 7], 3, True])
            yield case(seed, 9, every, generator, batch_sampler=["list", [[0, 1], [5], [-1, 3, 3]]])
            yield case(seed, 9, every, generator, sampler=["list", [4, -1, 4]], batch_size=2)
    yield case(3, 0, [None, 0], batch_size=2)
    yield case(3, 1000, [1, None, 1], batch_size=250, shuffle=True)


def samplers():
    for seed in SEEDS:
        for generator in (None, 3):
            for n, spec in [
                (5, ["sequential"]), (1, ["random"]), (10, ["random"]), (10, ["random", True]), (10, ["random", True, 32]),
                (10, ["random", True, 65]), (10, ["random", False, 4]), (10, ["random", False, 10]),
                (10, ["random", False, 25]), (0, ["subset", []]), (0, ["subset", [3, 1, 4, 1, 5]]),
                (0, ["weighted", [0.1, 0.9, 0.4, 0.7, 3.0, 0.6], 5]), (0, ["weighted", [0.9, 0.4, 0.05, 0.2], 3, False]),
                (7, ["batch", ["random"], 2, False]),
                (7, ["batch", ["sequential"], 2, True]), (0, ["batch", ["list", []], 2, False]),
            ]:
                torch.manual_seed(seed)
                own = make_generator(generator)
                sampler = make_sampler(spec, n, own)
                yield {"seed": seed, "n": n, "generator": generator, "sampler": spec, "length": len(sampler),
                       "order": [list(sampler), list(sampler)], "state": state(), "own": state(own)}


def splits():
    for seed in SEEDS:
        for n, lengths in [(10, [3, 7]), (10, [10]), (30, [0.3, 0.3, 0.4]), (10, [0.8, 0.2]), (11, [0.5, 0.25, 0.25]),
                           (7, [0.1] * 10), (3, [0.1, 0.8, 0.1]), (5, [1]), (5, [1.0, 0]), (1, [1]), (1, [0, 1]), (4, [2, 0, 2])]:
            own = make_generator(seed)
            torch.manual_seed(seed)
            parts = [p.indices for p in random_split(range(n), lengths, generator=own)]
            yield {"seed": seed, "n": n, "lengths": lengths, "parts": parts, "own": state(own),
                   "default": [p.indices for p in random_split(range(n), lengths)], "state": state()}


class Stream(IterableDataset):
    def __iter__(self):
        return iter([1, 2, 3])


class NoLength(Dataset):
    def __getitem__(self, index):
        return index


class Odd(Subset):
    def __getitem__(self, index):
        return 0


def assign(loader):
    loader.batch_size = 2


def errors():
    d, x = [1, 2], torch.arange(5)
    calls = {
        "tensors": lambda: TensorDataset(x, torch.arange(4)),
        "no tensor": lambda: TensorDataset([1, 2]),
        "0-d tensor": lambda: TensorDataset(torch.tensor(1)),
        "row out of range": lambda: TensorDataset(x)[7],
        "no datasets": lambda: ConcatDataset([]),
        "concat stream": lambda: ConcatDataset([Stream()]),
        "concat below": lambda: ConcatDataset([d, d])[-5],
        "concat beyond": lambda: ConcatDataset([d, d])[4],
        "chain list": lambda: list(ChainDataset([d])),
        "chain length": lambda: len(ChainDataset([d])),
        "stack nothing": lambda: StackDataset(),
        "stack lengths": lambda: StackDataset(d, [1]),
        "stack both": lambda: StackDataset(d, text=d),
        "subset beyond": lambda: Subset(d, [0])[1],
        "subset override": lambda: Odd(d, [0]),
        "stream by index": lambda: Stream()[0],
        "split sum": lambda: random_split(d, [1, 2]),
        "split fraction": lambda: random_split(d, [0.7, 0.5, -0.2]),
        "split fractions": lambda: random_split(d, [0.7, 0.5]),
        "random empty": lambda: RandomSampler([]),
        "random num_samples": lambda: RandomSampler(d, num_samples=2.5),
        "random replacement": lambda: RandomSampler(d, replacement=1),
        "random division": lambda: list(RandomSampler([], num_samples=1)),
        "random, empty range": lambda: list(RandomSampler([], replacement=True, num_samples=1)),
        "random no length": lambda: RandomSampler(5),
        "weights shape": lambda: WeightedRandomSampler([[1.0]], 1),
        "weights num_samples": lambda: WeightedRandomSampler([1.0], True),
        "weights replacement": lambda: WeightedRandomSampler([1.0], 1, None),
        "weights too many": lambda: list(WeightedRandomSampler([1.0], 2, False)),
        "batch_size=0": lambda: DataLoader(d, batch_size=0),
        "batch_size=-1": lambda: DataLoader(d, batch_size=-1),
        "batch_size=2.5": lambda: DataLoader(d, batch_size=2.5),
        "batch_size='a'": lambda: DataLoader(d, batch_size="a"),
        "batch_size=True": lambda: DataLoader(d, batch_size=True),
        "drop_last=1": lambda: DataLoader(d, drop_last=1),
        "sampler and shuffle": lambda: DataLoader(d, shuffle=True, sampler=[0]),
        "batch_sampler and batch_size": lambda: DataLoader(d, batch_size=2, batch_sampler=[[0]]),
        "batch_sampler and shuffle": lambda: DataLoader(d, shuffle=True, batch_sampler=[[0]]),
        "no batches, drop_last": lambda: DataLoader(d, batch_size=None, drop_last=True),
        "stream and shuffle": lambda: DataLoader(Stream(), shuffle=True),
        "stream and sampler": lambda: DataLoader(Stream(), sampler=[0]),
        "stream and batch_sampler": lambda: DataLoader(Stream(), batch_sampler=[[0]]),
        "stream length": lambda: len(DataLoader(Stream())),
        "num_workers=-1": lambda: DataLoader(d, num_workers=-1),
        "timeout=-1": lambda: DataLoader(d, timeout=-1),
        "timeout=1": lambda: iter(DataLoader(d, timeout=1)),
        "prefetch_factor": lambda: DataLoader(d, prefetch_factor=2),
        "persistent_workers": lambda: DataLoader(d, persistent_workers=True),
        "multiprocessing_context": lambda: DataLoader(d, multiprocessing_context="fork"),
        "no dataset": lambda: DataLoader(),
        "unknown option": lambda: DataLoader(d, batchsize=2),
        "no length": lambda: list(DataLoader(NoLength())),
        "no length, shuffle": lambda: DataLoader(NoLength(), shuffle=True),
        "empty, shuffle": lambda: DataLoader([], shuffle=True),
        "assigned": lambda: assign(DataLoader(d)),
        "index beyond": lambda: list(DataLoader(d, sampler=[5])),
        "collate nothing": lambda: default_collate([]),
        "collate None": lambda: default_collate([None]),
        "collate sizes": lambda: default_collate([[1], [2, 3]]),
        "collate list and number": lambda: default_collate([[1], 2]),
        "collate keys": lambda: default_collate([{"a": 1}, {"b": 1}]),
        "collate shapes": lambda: default_collate([torch.zeros(2), torch.zeros(3)]),
    }
    for name, call in calls.items():
        try:
            call()
        except Exception as error:
            yield name, [type(error).__name__, str(error).split("\n")[0]]


record = {"torch": torch.__version__, "cases": list(cases()), "samplers": list(samplers()), "splits": list(splits()),
          "errors": dict(errors())}
target = Path(__file__).parents[2] / "test" / "fixtures" / "dataloader.json"
text = json.dumps(record, allow_nan=False, separators=(",", ":"))
target.write_text(text + "\n", encoding="utf-8")
print(f"{target}: {len(text)} characters")
