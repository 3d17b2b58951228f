/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.worker;

import dev.marquetry.cloudrun.loopback.WarmWorker;
import java.util.Arrays;

/** The container's main as it is, but for a storage at the address that is its first argument. */
public final class ColdWorker {
    private ColdWorker() {}

    public static void main(String[] args) {
        int exitCode;
        try (Ending ending = Ending.ofThisThread()) {
            exitCode = WarmWorker.worker(args[0], System.getenv())
                    .run(Arrays.asList(args).subList(1, args.length));
        }
        System.exit(exitCode);
    }
}
