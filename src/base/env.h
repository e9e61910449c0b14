/* The environment. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

/* env_value(name): the variable's value, or NULL when it is not set or empty; the environment's. */
const char *env_value(const char *name);

#endif
