/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Cloud Run on this machine, for Google's own client: jobs whose containers are processes here. */
@NullMarked
package dev.marquetry.cloudrun.loopback;

import org.jspecify.annotations.NullMarked;
