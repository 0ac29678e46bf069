/** SM2 by npm `sm-crypto-v2`, for `verifyOffline`. Apart from the rest, so that who only asks online needs no package. */

import { sm2 } from "sm-crypto-v2";

import { verifyWith } from "./sm2with.js";

export const verify = verifyWith(sm2);
