package dev.sluice.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs commands where the disk is soon full. */
final class SmallDisk {
  private SmallDisk() {}

  /** Runs a command with a file system of 16 KiB at {@code disk}, then prints what is on that. */
  static Process run(Path disk, List<String> command) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=16k none \"$0\" || exit 99;"
                    + " \"$@\"; code=$?; ls -A \"$0\"; exit $code",
                disk.toString()));
    all.addAll(command);
    return new ProcessBuilder(all).start();
  }

  static boolean canMount(Path disk) throws InterruptedException {
    try {
      return run(disk, List.of("true")).waitFor() == 0;
    } catch (IOException e) {
      return false; // no unshare on this system
    }
  }
}
