import { createInterface } from 'node:readline/promises';

/** Whether somebody can be asked, and sees the question. */
export const isAskable = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/**
 * Asks on the terminal; only "yes" is a yes. While a question is open ^C comes to it as a key, and is passed on as the signal;
 * a question that is aborted was answered with no.
 */
export const askYes = async (text: string, stopping?: AbortSignal): Promise<boolean> => {
  const question = createInterface({ input: process.stdin, output: process.stderr });
  question.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const options = stopping === undefined ? {} : { signal: stopping };
    return (await question.question(`${text} Only "yes" is a yes: `, options)).trim() === 'yes';
  } catch (error) {
    if (stopping?.aborted === true) return false;
    throw error;
  } finally {
    question.close();
  }
};
