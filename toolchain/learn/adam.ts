/**
 * Adam (Kingma and Ba 2015) with bias correction. One step consumes the gradients that a batch
 * added up and clears them. Powers of the decay rates are running products: no Math.pow.
 */
import type { Parameter } from "./layers.ts";

export interface AdamOptions {
  readonly meanDecay?: number;
  readonly squareDecay?: number;
  readonly epsilon?: number;
}

export interface Optimizer {
  /** Updates the parameters in place with the mean gradient of `batchSize` samples. */
  step(learningRate: number, batchSize: number): void;
}

export function adam(parameters: readonly Parameter[], options: AdamOptions = {}): Optimizer {
  const { meanDecay = 0.9, squareDecay = 0.999, epsilon = 1e-8 } = options;
  const moments = parameters.map((parameter) => ({
    parameter,
    mean: new Float32Array(parameter.values.length),
    square: new Float32Array(parameter.values.length),
  }));
  let meanBias = 1;
  let squareBias = 1;
  return {
    step(learningRate, batchSize) {
      meanBias *= meanDecay;
      squareBias *= squareDecay;
      for (const { parameter, mean, square } of moments) {
        const { values, gradient } = parameter;
        for (let i = 0; i < values.length; i++) {
          const slope = (gradient[i] as number) / batchSize;
          mean[i] = meanDecay * (mean[i] as number) + (1 - meanDecay) * slope;
          square[i] = squareDecay * (square[i] as number) + (1 - squareDecay) * slope * slope;
          const direction = (mean[i] as number) / (1 - meanBias);
          const size = Math.sqrt((square[i] as number) / (1 - squareBias));
          values[i] = (values[i] as number) - (learningRate * direction) / (size + epsilon);
        }
        gradient.fill(0);
      }
    },
  };
}
