"""Runs PyTorch's own tables of module tests and writes, for every class, its samples and what PyTorch answers.

    python scripts/reference/module_db.py FOLDER [CLASS ...]

The tables are `common_modules.module_db` and the older `common_nn`. One JSON file a class (or a function of
torch.nn.functional that the older tables call), for scripts/module-db.ts to replay; they are large and not committed. A
file is {name, listed, samples}; `listed` tells a class of module_db. A sample has

- `desc`, `dtype` (modules are made in float32 and converted), `default_dtype`, `training`;
- `tensors`, a table to which {tensor: i} refers; `construct` and `call`, each {args, kwargs};
- `initial`, the state dict after construction under seed 42, by name (null for a lazy module); `repr`;
- `loaded`, the same with noise added, which is loaded before the call; the call runs under seed 42 again, on clones of
  the inputs if `cloned` (where the module works in place);
- `output`; `after`, the buffers after the call; `grads`: `of`, pairs of an output's place and the random gradient given
  to it, `to`, pairs of a tensor of the table and the gradient that arrives there, and `parameters`, gradients by name;
- `exact`, {output, to, parameters} in float64 where PyTorch's float32 is rounded off;
- or, instead of results, `error`: {type, message, during}; or it is {skipped: reason}.
"""

import argparse
import json
import os
import random
import warnings

import numpy
import torch

from replay import LARGEST, SEED, Skipped, as_leaves, encode, encode_argument, encode_tensor, in_double, rounded_off, tensors_in
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.testing._internal import common_nn
from torch.testing._internal.common_modules import module_db
from torch.testing._internal.common_utils import set_default_dtype


def rebuilt(value):
    """Arguments with the modules among them built anew, so that their weights come from the seed of the moment."""
    if isinstance(value, nn.Module):
        args, kwargs = value.given
        return type(value)(*rebuilt(args), **rebuilt(kwargs))
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(rebuilt(v) for v in value)
    if isinstance(value, dict):
        return {name: rebuilt(v) for name, v in value.items()}
    return value


def without_device(given):
    args, kwargs = given
    return args, {name: value for name, value in kwargs.items() if name != "device"}


def noisy(state):
    """A state dict with a little added to every number, so that no weight is 0 or 1; variances stay positive."""
    generator = torch.Generator().manual_seed(7)

    def more(t):
        return t + 0.1 * torch.rand(t.shape, generator=generator).to(t.dtype) if t.is_floating_point() else t.clone()

    return {name: more(t.detach()) for name, t in state.items()}


class Run:
    """A module called once, and the gradients for random gradients of its output."""

    def __init__(self, module, call, cloned, seed):
        args, kwargs = call
        self.inputs = list({id(t): t for t in tensors_in([args, kwargs])}.values())
        if cloned:
            clones = {id(t): t.clone() for t in self.inputs}
            args, kwargs = replaced(args, clones), replaced(kwargs, clones)
        torch.manual_seed(SEED)
        self.output = module(*args, **kwargs)
        made = tensors_in(self.output)
        self.of_places = [i for i, t in enumerate(made) if t.requires_grad]
        self.to_places = [i for i, t in enumerate(self.inputs) if t.requires_grad]
        named = {name: p for name, p in module.named_parameters() if p.requires_grad}
        generator = torch.Generator().manual_seed(seed)
        made = [made[i] for i in self.of_places]
        self.of = [torch.randn(t.shape, generator=generator).to(t.dtype) for t in made]
        self.to, self.parameters = [], {}
        sources = [self.inputs[i] for i in self.to_places] + list(named.values())
        if made and sources:
            grads = torch.autograd.grad(made, sources, self.of, allow_unused=True)
            n = len(self.to_places)
            self.to, self.parameters = list(grads[:n]), dict(zip(named, grads[n:]))

    def grads(self):
        return [*self.to, *self.parameters.values()]


def replaced(value, tensors):
    """Arguments with other tensors, by id of the old."""
    if isinstance(value, torch.Tensor):
        return tensors[id(value)]
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(replaced(v, tensors) for v in value)
    if isinstance(value, dict):
        return {name: replaced(v, tensors) for name, v in value.items()}
    return value


def built(cls, given, dtype, training, call, loaded=None):
    """A module of a class; a lazy one has seen the input."""
    torch.manual_seed(SEED)
    module = cls(*rebuilt(given[0]), **rebuilt(given[1])).to(dtype).train(training)
    if loaded is not None:
        module.load_state_dict({name: t.to(dtype) if t.is_floating_point() else t for name, t in loaded.items()})
    return module


def optional(t):
    return None if t is None else encode_tensor(t)


def record(cls, sample, seed):
    """`sample` is {construct, call, dtype, training, ...}."""
    leaves = {}
    given, call = as_leaves(without_device(sample["construct"]), leaves), as_leaves(sample["call"], leaves)
    inputs = [leaf for _, leaf in leaves.values()]
    places = {id(leaf): i for i, leaf in enumerate(inputs)}
    if sum(t.numel() for t in inputs) > LARGEST:
        raise Skipped("large")

    def encoded(pair):
        args, kwargs = pair
        table = lambda t: places[id(t)]
        return {"args": [encode(v, table) for v in args], "kwargs": {name: encode(v, table) for name, v in kwargs.items()}}

    dtype = sample["dtype"]
    entry = {
        "desc": sample["desc"],
        "dtype": str(dtype)[6:],
        "default_dtype": str(torch.get_default_dtype())[6:],
        "training": sample["training"],
        "tensors": [encode_argument(t) for t in inputs],
        "construct": encoded(given),
        "call": encoded(call),
    }
    during = "construction"
    try:
        module = built(cls, given, dtype, sample["training"], call)
        during = "call"
        lazy = isinstance(module, nn.modules.lazy.LazyModuleMixin)
        entry["initial"] = None if lazy else {name: encode_tensor(t) for name, t in module.state_dict().items()}
        entry["repr"] = repr(module)
        loaded = None if lazy else noisy(module.state_dict())
        entry["loaded"] = None if lazy else {name: encode_tensor(t) for name, t in loaded.items()}
        module = built(cls, given, dtype, sample["training"], call, loaded)
        entry["cloned"] = False
        try:
            run = Run(module, call, False, seed)
        except RuntimeError as error:
            if "in-place operation" not in str(error) and "modified by an inplace" not in str(error):
                raise
            entry["cloned"] = True
            run = Run(module, call, True, seed)
    except Exception as error:
        if not sample["may_fail"]:
            raise
        entry["error"] = {"type": type(error).__name__, "message": str(error), "during": during}
        return entry
    entry["output"] = encode(run.output, None)
    entry["after"] = {name: encode_tensor(t) for name, t in module.named_buffers()}
    if run.grads():
        entry["grads"] = {
            "of": [[i, encode_tensor(g)] for i, g in zip(run.of_places, run.of)],
            "to": [[places[id(run.inputs[i])], optional(g)] for i, g in zip(run.to_places, run.to)],
            "parameters": {name: optional(g) for name, g in run.parameters.items()},
        }
    # a lazy module has drawn its weights by then
    more = exact(cls, given, call, sample, entry, run, seed, module.state_dict() if lazy else loaded)
    if more:
        entry["exact"] = more
    return entry


def exact(cls, given, call, sample, entry, run, seed, loaded):
    """The answers in float64, where those in float32 are rounded off."""
    if sample["dtype"] != torch.float32:
        return None
    try:
        module = built(cls, in_double(given), torch.float64, sample["training"], call, loaded)
        double = Run(module, in_double(call), entry["cloned"], seed)
        pairs = list(zip(run.grads(), double.grads()))
        if len(run.grads()) != len(double.grads()) or any((a is None) != (b is None) for a, b in pairs):
            return None
        if not rounded_off([run.output, run.grads()], [double.output, double.grads()]):
            return None
        return {
            "output": encode(double.output, None),
            "to": [optional(g) for g in double.to],
            "parameters": {name: optional(g) for name, g in double.parameters.items()},
        }
    except Exception:  # not everything exists in float64
        return None


def training_flags(info):
    return [True, False] if info.train_and_eval_differ else [True]


def from_module_db(info):
    """The samples of a class of module_db, also those that must fail."""
    for dtype in (torch.float32, torch.float64):
        for training in training_flags(info):
            arguments = dict(module_info=info, device="cpu", dtype=dtype, requires_grad=True, training=training)
            for wrong, make in ((False, info.module_inputs_func), (True, info.module_error_inputs_func)):
                for i, given in enumerate(make(**arguments) if make else []):
                    chosen = given.module_error_input if wrong else given
                    make_args, forward = chosen.constructor_input, chosen.forward_input
                    yield {
                        "construct": (make_args.args, make_args.kwargs),
                        "call": ((), {}) if forward is None else (forward.args, forward.kwargs),
                        "dtype": dtype,
                        "training": training,
                        "desc": "error" if wrong else chosen.desc,
                        "may_fail": wrong,
                    }


class FunctionCalls(TorchFunctionMode):
    """Notes the calls of torch.nn.functional, not those inside of them."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        if getattr(nn.functional, name, None) is func:
            self.calls.append((name, args, kwargs or {}))
        return func(*args, **(kwargs or {}))


def with_gradients(value):
    """Arguments whose floating point tensors require gradients."""
    if isinstance(value, torch.Tensor):
        return value.detach().requires_grad_(value.is_floating_point())
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(with_gradients(v) for v in value)
    return value


def from_common_nn(test, criterion):
    """The class or function that an older test is about, and its sample."""
    test = dict(test)
    test.setdefault("constructor", getattr(nn, test.pop("module_name", ""), None))
    tested = (common_nn.CriterionTest if criterion else common_nn.NewModuleTest)(**test)
    module = tested.constructor(*tested.constructor_args)
    args = [with_gradients(tested._get_input())]
    if not isinstance(args[0], torch.Tensor):
        args = list(args[0])
    if criterion:
        args += [tested._get_target(), *tested.extra_args]
    sample = {"dtype": torch.get_default_dtype(), "training": not test.get("check_eval", False), "may_fail": False}
    sample["desc"] = f"common_nn {tested.get_name()[5:]}"
    if type(module).__module__.startswith("torch.nn"):
        return type(module), {**sample, "construct": module.given, "call": (args, {})}
    with FunctionCalls() as mode:
        module(*args)
    name, given, kwargs = mode.calls[-1]
    return function_module(name), {**sample, "construct": ((), {}), "call": (given, kwargs)}


FUNCTIONS = {}


def function_module(name):
    """A module that calls a function of torch.nn.functional."""
    if name not in FUNCTIONS:
        forward = lambda self, *args, **kwargs: getattr(nn.functional, name)(*args, **kwargs)
        FUNCTIONS[name] = type(f"functional.{name}", (nn.Module,), {"forward": forward})
    return FUNCTIONS[name]


def samples_by_class():
    """Pairs of a class and one function that makes its samples."""
    by_class = {}
    for info in module_db:
        by_class.setdefault(info.module_cls, []).append(from_module_db(info))

    older = [(t, False) for t in common_nn.module_tests + common_nn.get_new_module_tests()]
    older += [(t, True) for t in common_nn.criterion_tests]
    for test, criterion in older:
        dtype = test.get("default_dtype", torch.float32)
        with set_default_dtype(dtype):
            cls, sample = from_common_nn(test, criterion)
        by_class.setdefault(cls, []).append([{**sample, "default_dtype": dtype}])
    return by_class


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("classes", nargs="*")
    chosen = parser.parse_args()
    os.makedirs(chosen.folder, exist_ok=True)
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    random.seed(0)
    numpy.random.seed(0)
    listed = {info.module_cls for info in module_db}
    classes = samples = 0
    for cls, sources in samples_by_class().items():
        name = f"nn.{cls.__name__}"
        if chosen.classes and not {name, cls.__name__} & set(chosen.classes):
            continue
        recorded, reasons = [], {}
        for sample in (s for source in sources for s in source):
            drawn = torch.get_rng_state()
            with set_default_dtype(sample.get("default_dtype", torch.float32)):
                try:
                    recorded.append(record(cls, sample, len(recorded)))
                except Skipped as reason:
                    recorded.append({"skipped": str(reason)})
                except Exception as error:
                    recorded.append({"skipped": f"{type(error).__name__}: {str(error).splitlines()[0]}"})
            torch.set_rng_state(drawn)
            if "skipped" in recorded[-1]:
                reasons[recorded[-1]["skipped"]] = reasons.get(recorded[-1]["skipped"], 0) + 1
        for reason, count in reasons.items():
            print(f"{name}: {count} of {len(recorded)} samples skipped: {reason}")
        classes, samples = classes + 1, samples + len(recorded)
        with open(os.path.join(chosen.folder, f"{name}.json"), "w") as file:
            json.dump({"name": name, "listed": cls in listed, "samples": recorded}, file, separators=(",", ":"))
    print(f"{classes} classes and functions, {samples} samples; module_db lists {len(listed)} classes")


if __name__ == "__main__":
    main()
