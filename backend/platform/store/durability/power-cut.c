// power-cut <mount point> <answers>: tells ext4 to stop at once, without writing its journal (EXT4_IOC_SHUTDOWN, no log
// flush). Whatever was not synced is then gone, as if the power had failed.
// Prints how long the file of answers was just before: a sync that is under way while ext4 stops can report success and
// still be lost (a plain C loop of write and fdatasync shows it too), so what is answered after that proves nothing.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define SHUTDOWN _IOR('X', 125, uint32_t)
#define WITHOUT_LOG_FLUSH 2

int main(int count, char **arguments) {
  uint32_t how = WITHOUT_LOG_FLUSH;
  struct stat answers;
  int folder = count > 2 ? open(arguments[1], O_RDONLY) : -1;
  if (folder < 0 || stat(arguments[2], &answers) || ioctl(folder, SHUTDOWN, &how)) {
    perror("power-cut");
    return 1;
  }
  printf("%lld\n", (long long)answers.st_size);
  return 0;
}
