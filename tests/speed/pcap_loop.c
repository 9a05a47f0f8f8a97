/* pcap_loop.c - what libpcap takes merely to hand over the packets. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
	char reason[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const unsigned char *data;
	uint64_t frames = 0, bytes = 0;
	int got;

	if (argc != 2)
		errx(2, "usage: pcap_loop FILE");
	pcap_t *pcap = pcap_open_offline(argv[1], reason);
	if (pcap == NULL)
		errx(EXIT_FAILURE, "%s", reason);
	while ((got = pcap_next_ex(pcap, &header, &data)) == 1) {
		frames++;
		bytes += header->len;
	}
	if (got != PCAP_ERROR_BREAK)
		errx(EXIT_FAILURE, "%s", pcap_geterr(pcap));
	printf("%" PRIu64 " frames, %" PRIu64 " bytes\n", frames, bytes);
	pcap_close(pcap);
	return EXIT_SUCCESS;
}
