/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An object is no longer the generation that it was: it was written again, or deleted. */
public final class ObjectChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates it with what was to be done, and what the store said. */
    public ObjectChangedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
