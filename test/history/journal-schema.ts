import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';

const schemaOf = (name: string): object =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../schemas/${name}.schema.json`, import.meta.url)), 'utf8'),
  ) as object;

/** Whether a value is as schemas/journal.schema.json says; `errors` tells why not. */
export const validate = (() => {
  const ajv = new Ajv({ allErrors: true, strictRequired: false, strictTypes: false });
  ajv.addFormat('date', fullFormats.date);
  ajv.addSchema(schemaOf('plan'));
  return ajv.compile(schemaOf('journal'));
})();
