/** Saving and loading. */
export { type Checkpoint, checkpoint, restore } from "./checkpoint.js";
export { type LoadOptions, load, save } from "./serialization.js";
