/* dlt.h - the link types of files, and libpcap's numbers here for them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_SOURCE_DLT_H
#define CAPTURE_SOURCE_DLT_H

#include <stdint.h>

/* Most are alike; those that differ by operating system are translated. */
uint16_t dlt_to_link_type(int dlt);

#endif
