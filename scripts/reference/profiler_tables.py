"""Records the tables that PyTorch's profiler prints of invented events, and its schedules.

    python scripts/reference/profiler_tables.py      writes test/fixtures/profiler_tables.json

Needs PyTorch 2.13; an older one leaves the file as it is.
"""
import json
import random
import warnings
from pathlib import Path

import torch
from torch.autograd.profiler_util import EventList, FunctionEvent
from torch.profiler import schedule

path = Path(__file__).parents[2] / "test" / "fixtures" / "profiler_tables.json"
modern = tuple(int(n) for n in torch.__version__.split(".")[:2]) >= (2, 13)
draw = random.Random(0)
names = ["aten::add", "aten::mm", "aten::conv2d", "forward", "autograd::engine::evaluate_function: torch::autograd::AccumulateGrad"]


def nested(start, length, depth, events):
    """An event from `start` on with others inside it, in the order in which they begin."""
    event = {
        "name": draw.choice(names),
        "start": start,
        "end": start + length,
        "shapes": draw.choice([[], [[3, 4], []], [[128, 784], [784, 512], [512]]]),
        "stack": draw.choice([[], ["model.ts(12): forward"], ["a/very/long/path/" * 6 + "train.ts(3): step", "x(1): y"]]),
        "bytes": draw.choice([0, 4, 5000, 3 * 2**20, 5 * 2**30]),
        "flops": draw.choice([0, 0, 2500, 7 * 10**6]),
        "depth": depth,
    }
    events.append(event)
    at = start + draw.uniform(0, length / 4)
    while depth < 2 and at < start + length and draw.random() < 0.5:
        part = (start + length - at) * draw.uniform(0.1, 0.9)
        nested(at, part, depth + 1, events)
        at += part
    return events


def python_events(events, options):
    made = [
        FunctionEvent(
            i + 1, e["name"], 1, e["start"], e["end"], input_shapes=e["shapes"] if options["record_shapes"] else [],
            stack=e["stack"] if options["with_stack"] else [], cpu_memory_usage=e["bytes"],
            flops=e["flops"] if options["with_flops"] else 0, use_device=None, trace_name=e["name"],
        )
        for i, e in enumerate(events)
    ]
    parents = []
    for event, e in zip(made, events):
        del parents[e["depth"] :]
        if parents:
            parents[-1].append_cpu_child(event)
            event.set_cpu_parent(parents[-1])
        parents.append(event)
    result = EventList(made, use_device=None, profile_memory=options["profile_memory"], with_flops=options["with_flops"])
    result._tree_built = True
    return result


sorts = [None, "cpu_time", "cpu_time_total", "self_cpu_time_total", "cpu_memory_usage", "self_cpu_memory_usage", "count"]
calls = [{"sort_by": by, "row_limit": 5} for by in sorts] + [
    {"row_limit": 2},
    {"row_limit": -1, "time_unit": "ms"},
    {"header": "A header", "top_level_events_only": True, "time_unit": "s"},
    {"max_name_column_width": 15, "max_shapes_column_width": 20, "max_src_column_width": 30, "time_unit": "us"},
    {"max_name_column_width": None, "max_shapes_column_width": None, "max_src_column_width": None},
]


def tables():
    for scale in [1, 1000, 40000, 5e6]:
        events = []
        for k in range(2):
            nested(scale * k * 2, scale * draw.uniform(0.5, 1.5), 0, events)
        options = {key: draw.random() < 0.6 for key in ["record_shapes", "profile_memory", "with_stack"]}
        # of both columns together PyTorch exchanges the cells
        options["with_flops"] = not options["with_stack"]
        made = python_events(events, options)
        grouped = {"group_by_input_shapes": draw.random() < 0.5, "group_by_stack_n": draw.choice([0, 1, 5])}
        averages = made.key_averages(**grouped)
        yield {
            "events": events,
            "options": options,
            "grouped": grouped,
            "total": repr(made.total_average()),
            "averages": [repr(average) for average in averages],
            "tables": [{"call": call, "text": averages.table(**call)} for call in calls],
            "plain": made.table(row_limit=4),
        }


def schedules():
    for _ in range(12):
        call = {"wait": draw.randint(0, 3), "warmup": draw.randint(1, 3), "active": draw.randint(1, 3)}
        call.update({key: draw.randint(0, 3) for key in ["repeat", "skip_first", "skip_first_wait"] if draw.random() < 0.6})
        plan = schedule(**call)
        yield {"call": call, "actions": [plan(step).name for step in range(30)]}


if modern:
    warnings.simplefilter("ignore")
    path.write_text(json.dumps({"tables": list(tables()), "schedules": list(schedules())}, separators=(",", ":")) + "\n")
