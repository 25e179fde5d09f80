/**
 * CloudWatch's requirements for a line in the embedded metric format, as a JSON Schema, restated from
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * (its own schema, and the limits in its text: 100 metrics, 100 values, 30 dimensions).
 */
export const emfSchema = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            properties: {
              Namespace: { type: 'string', minLength: 1, maxLength: 255 },
              Dimensions: { type: 'array', minItems: 1, items: { type: 'array', maxItems: 30, items: { type: 'string', minLength: 1, maxLength: 255 } } },
              Metrics: {
                type: 'array',
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  properties: {
                    Name: { type: 'string', minLength: 1, maxLength: 255 },
                    Unit: {
                      enum: [
                        ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None', 'Count/Second'],
                        ...['', 'Kilo', 'Mega', 'Giga', 'Tera'].flatMap((size) =>
                          ['Bytes', 'Bits'].flatMap((unit) => {
                            const name = size ? size + unit.toLowerCase() : unit;
                            return [name, `${name}/Second`];
                          }),
                        ),
                      ],
                    },
                    StorageResolution: { enum: [1, 60] },
                  },
                  additionalProperties: false,
                },
              },
            },
            additionalProperties: false,
          },
        },
      },
      additionalProperties: false,
    },
  },
} as const;

/** A line, parsed as CloudWatch reads it. */
export interface EmfLine {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly string[][];
      readonly Metrics: readonly { Name: string; Unit?: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

/** Checks what a schema cannot express: every reference has a target of the right type. Returns the custom metrics that the line creates. */
export function targetsOf(line: EmfLine): string[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) => {
    for (const name of Dimensions.flat()) {
      const value = line[name];
      if (typeof value !== 'string' || value === '' || value.length > 1024) throw new Error(`dimension ${name} is ${String(value)}`);
    }
    const values = (Dimensions[0] ?? []).map((name) => `${name}=${line[name]}`).sort();
    return Metrics.map(({ Name }) => {
      const numbers = [line[Name]].flat();
      if (numbers.length > 100 || !numbers.every((number) => Number.isFinite(number))) throw new Error(`metric ${Name} is ${String(line[Name])}`);
      return `${Namespace}|${Name}|${values.join()}`;
    });
  });
}
