#ifndef SLUICE_CARGON2_SHIM_H
#define SLUICE_CARGON2_SHIM_H

#include <argon2.h>

#endif
