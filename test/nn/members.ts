import { readFileSync } from "node:fs";
import { nn, type Tensor, torch } from "rushlight";

/** What scripts/reference/module_members.py recorded, and the modules that it used. */
export const recorded = JSON.parse(readFileSync("test/fixtures/module_members.json", "utf8"));

export class Net extends nn.Module {
  layer = new nn.Linear(2, 3);
  scale = new nn.Parameter(torch.ones(1));
  declare mean: Tensor;
  width = 4;

  constructor() {
    super();
    this.register_buffer("mean", torch.zeros(3));
    this.register_parameter("none", null);
  }
}

export class Extra extends nn.Linear {
  extra = "";

  get_extra_state(): string {
    return "kept";
  }

  set_extra_state(state: string): void {
    this.extra = state;
  }
}

/** The class and PyTorch's part of the message of what `f` throws. */
export function message(f: () => unknown): [string, string] {
  try {
    f();
  } catch (error) {
    return [(error as Error).name, (error as Error).message.split("\n\n")[0]];
  }
  return ["", "no error"];
}

/** A property of a module whatever its type. */
export const set = (module: object, name: string, value: unknown): boolean => Reflect.set(module, name, value);
