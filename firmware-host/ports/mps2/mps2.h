/* Clocks of the MPS boards: each has one timer, read by the file that the target names. */
#ifndef EDGEFLASH_MPS2_H
#define EDGEFLASH_MPS2_H

void timer_start(void);

#endif
