/* dlt.c - the link types of files, and libpcap's numbers here for them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/source/dlt.h"
#include <pcap/pcap.h>
#include <stddef.h>
#include "capture/source/frame.h"

static const struct {
	uint16_t link_type;
	int dlt;
} differ[] = {
    {LINK_ATM_RFC1483, DLT_ATM_RFC1483},
    {LINK_RAW, DLT_RAW},
    {LINK_LOOP, DLT_LOOP},
    {LINK_ENC, DLT_ENC},
};

uint16_t dlt_to_link_type(int dlt)
{
	for (size_t i = 0; i < sizeof(differ) / sizeof(differ[0]); i++)
		if (differ[i].dlt == dlt)
			return differ[i].link_type;
	return (uint16_t)dlt;
}
