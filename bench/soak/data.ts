import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { INSTANCE, REGION, type Clients } from './world.ts';

/** Objects that pipelines would have written: whatever EDL does, they must be there at the end. */
export interface Data {
  /** Puts one into a dataset. */
  put(dataset: string, tier: string): Promise<void>;
  /** Those that are gone or other than they were written. */
  missing(): Promise<readonly string[]>;
  readonly count: number;
}

export const newData = ({ s3 }: Clients): Data => {
  const written: { readonly Bucket: string; readonly Key: string; readonly text: string }[] = [];
  return {
    get count() {
      return written.length;
    },
    put: async (dataset, tier) => {
      const number = written.length + 1;
      const object = {
        Bucket: `acme-datalake-${INSTANCE}-${tier}-${REGION}`,
        Key: `${dataset}/data/update-${number}/part-0.parquet`,
        text: `rows of update ${number}`,
      };
      await s3.send(new PutObjectCommand({ Bucket: object.Bucket, Key: object.Key, Body: object.text }));
      written.push(object);
    },
    missing: async () => {
      const gone: string[] = [];
      for (const { text, ...address } of written) {
        const found = await s3.send(new GetObjectCommand(address)).then(
          ({ Body }) => Body?.transformToString(),
          () => undefined,
        );
        if (found !== text) gone.push(`s3://${address.Bucket}/${address.Key}`);
      }
      return gone;
    },
  };
};
