/** Lets real time pass: a fault lasts for so long. */
export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
