/**
 * Losses: the value for one sample and the gradient with respect to the network's outputs.
 * Targets are real vectors; a class label is its one-hot vector.
 */
export interface Loss {
  readonly value: number;
  readonly gradient: Float32Array;
}

export type LossFunction = (outputs: Float32Array, target: Float32Array) => Loss;

/** Softmax and cross-entropy together, so that the gradient is p - target. */
export const softmaxCrossEntropy: LossFunction = (logits, target) => {
  const peak = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - peak));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  const gradient = new Float32Array(logits.length);
  let value = 0;
  exponentials.forEach((exponential, index) => {
    const probability = exponential / total;
    const wanted = target[index] ?? 0;
    if (wanted > 0) value -= wanted * Math.log(Math.max(probability, Number.MIN_VALUE));
    gradient[index] = probability - wanted;
  });
  return { value, gradient };
};

/** Mean over the outputs of (y - target)^2. */
export const meanSquaredError: LossFunction = (outputs, target) => {
  const gradient = new Float32Array(outputs.length);
  let value = 0;
  outputs.forEach((output, index) => {
    const error = output - (target[index] ?? 0);
    value += (error * error) / outputs.length;
    gradient[index] = (2 * error) / outputs.length;
  });
  return { value, gradient };
};
