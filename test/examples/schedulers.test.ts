import { describe, expect, it } from "vitest";
import { schedulers } from "../../examples/lib/schedulers.js";
import { lr_scheduler, optim, torch } from "../../src/index.js";

describe("the schedulers of the examples", () => {
  it("are all that there are", () => {
    const { CompositeLR, FormulaLR, LRScheduler, ...concrete } = lr_scheduler;
    const names = Object.entries(concrete).flatMap(([name, value]) =>
      typeof value === "function" && value.prototype instanceof LRScheduler ? [name] : [],
    );
    expect(Object.keys(schedulers).sort()).toEqual([...names, "SWALR"].sort());
  });

  it.each(Object.entries(schedulers))("%s lasts for any number of epochs", (name, make) => {
    for (const epochs of [2, 50]) {
      const optimizer = new optim.Adam([torch.zeros(1)], { lr: 0.001 });
      const scheduler = make(optimizer, epochs);
      expect(scheduler.constructor.name).toBe(name);
      for (const { lr } of scheduler.simulate(epochs)) expect(lr[0] >= 0 && lr[0] <= 0.01).toBe(true);
    }
  });
});
