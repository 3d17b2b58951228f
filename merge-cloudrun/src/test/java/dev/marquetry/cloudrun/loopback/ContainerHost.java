/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Where containers run. */
@FunctionalInterface
public interface ContainerHost {
    /** Starts a container with those arguments, and nothing in its environment but that. */
    Container start(List<String> arguments, Map<String, String> environment) throws IOException;
}
