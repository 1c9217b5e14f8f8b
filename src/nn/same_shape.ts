import type { Tensor } from "../tensor/index.js";
import { Module } from "./module.js";

/** The base of modules whose output has the shape of their input, which the types of {@link Sequential} make use of. */
export abstract class SameShape extends Module {
  declare protected readonly keepsShape: true;

  abstract override forward(input: Tensor): Tensor;
}
