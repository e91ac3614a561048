import { EdlError } from '../reconciler/model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../reconciler/model/json.ts';

/** Parses text that AWS keeps for us as JSON. What cannot be parsed is an error and never an empty document: it is unknown. */
export const parseJsonObject = (text: string, what: string): JsonObject => {
  const failure = (cause?: unknown): EdlError =>
    new EdlError(
      'EDL-4016',
      'user',
      `Could not read ${what}: it is not a JSON object. It was not written by EDL; look at it in AWS and put a JSON document there, or remove it.`,
      { cause },
    );
  let value: Json;
  try {
    value = JSON.parse(text) as Json; // JSON.parse returns JSON by definition
  } catch (error) {
    throw failure(error);
  }
  if (!isJsonObject(value)) throw failure();
  return value;
};
