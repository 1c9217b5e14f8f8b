/** Transformers. */
export { TransformerDecoder, TransformerDecoderLayer } from "./decoder.js";
export { TransformerEncoder, TransformerEncoderLayer } from "./encoder.js";
export { Transformer } from "./transformer.js";
