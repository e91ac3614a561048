import {
  canonicalJson,
  compareText,
  isJsonArray,
  type Json,
  type JsonObject,
  objectOf,
} from '../../reconciler/model/json.ts';

const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : isJsonArray(value) ? value : [value];

const textsOf = (value: Json | undefined): readonly string[] =>
  listOf(value).filter((item) => typeof item === 'string');

/** Text that nobody can take for two words, or for one of ours, stands as it is; all other text in quotes. */
const wordOf = (text: string): string => (/^(?!(and|or)$)[\w:./*@+=$-]+$/.test(text) ? text : JSON.stringify(text));

/** AWS takes a value and a list of that one value for the same, and a list in any order, and gives back either form. */
const valuesText = (value: Json): string => {
  const texts = new Set(listOf(value).map((item) => (typeof item === 'string' ? item : canonicalJson(item))));
  return texts.size === 0 ? '[]' : [...texts].sort(compareText).map(wordOf).join(' or ');
};

/** `StringEquals aws:PrincipalOrgID o-1 and Bool aws:SecureTransport true`: no two conditions read the same. */
const conditionText = (condition: Json | undefined): string =>
  Object.entries(objectOf(condition))
    .flatMap(([operator, keys]) =>
      Object.entries(objectOf(keys)).map(([key, value]) => `${wordOf(operator)} ${wordOf(key)} ${valuesText(value)}`),
    )
    .sort(compareText)
    .join(' and ');

const whereText = ({ Condition: condition }: JsonObject): string => {
  const text = conditionText(condition);
  return text === '' ? '' : ` where ${text}`;
};

/** Operators whose values are the callers; `ArnNotLike` names those who are none. */
const NAMING = /^(?:ForAnyValue:)?(?:Arn|String)(?:Equals|Like)(?:IgnoreCase)?(?:IfExists)?$/;

const awsCallers = (statement: JsonObject): readonly string[] => {
  const principals = textsOf(objectOf(statement['Principal'])['AWS']);
  const limits = Object.entries(objectOf(statement['Condition'])).flatMap(([operator, keys]) =>
    NAMING.test(operator) ? textsOf(objectOf(keys)['aws:PrincipalArn']) : [],
  );
  if (limits.length > 0) return limits;
  const rest = whereText(statement);
  return principals.map((principal) =>
    /^(\d{12}|arn:aws:iam::\d{12}:root)$/.test(principal)
      ? `anybody in account ${/\d{12}/.exec(principal)?.[0] ?? principal}${rest}`
      : `${principal}${rest}`,
  );
};

const federatedCallers = (statement: JsonObject): readonly string[] =>
  textsOf(objectOf(statement['Principal'])['Federated']).map((provider) => `${provider}${whereText(statement)}`);

/**
 * Who may take a role, one line a caller, as its trust policy says. For people who approve: what is not in our own forms is
 * shown with its conditions, never left out.
 */
export const callersOf = (trust: JsonObject): readonly string[] => {
  const allows = listOf(trust['Statement'])
    .map(objectOf)
    .filter((statement) => statement['Effect'] === 'Allow');
  const callers = allows.flatMap((statement) => [
    ...(statement['Principal'] === '*' ? ['anybody at all'] : []),
    ...awsCallers(statement),
    ...federatedCallers(statement),
    ...textsOf(objectOf(statement['Principal'])['Service']),
  ]);
  return [...new Set(callers)].sort(compareText);
};

/** The accounts that callers come from, as far as their names tell. */
export const accountsOf = (callers: readonly string[]): readonly string[] =>
  [...new Set(callers.flatMap((caller) => caller.match(/\b\d{12}\b/g) ?? []))].sort(compareText);
