/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What every call to Google's services needs, for authors of strategies: what passes is tried again, failures are told
 * apart, nothing holds an interrupt up.
 */
@NullMarked
package dev.marquetry.gcs.call;

import org.jspecify.annotations.NullMarked;
