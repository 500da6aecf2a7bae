#include "CToolchain.h"
