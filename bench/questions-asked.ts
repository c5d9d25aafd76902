/** What somebody who looks for a piece of code would type, and the symbols that answer it. */
export interface Question {
  readonly text: string;
  /** Names or qualified names; the first of them that is found counts. */
  readonly expected: readonly string[];
}

/** Written down before any of them was asked. By the name of the repository. */
export const QUESTIONS: Readonly<Record<string, readonly Question[]>> = {
  rxjs: [
    { text: 'emit only after the source has been quiet for some time', expected: ['debounceTime', 'debounce'] },
    { text: 'retry a failed subscription with a delay', expected: ['retry', 'RetryConfig', 'retryWhen'] },
    { text: 'turn a promise into an observable', expected: ['fromPromise', 'from', 'innerFrom'] },
    { text: 'keep the last values and send them to late subscribers', expected: ['ReplaySubject', 'shareReplay'] },
    { text: 'cancel the previous inner observable when a new one arrives', expected: ['switchMap', 'switchAll'] },
    { text: 'http request with XMLHttpRequest', expected: ['ajax', 'fromAjax', 'AjaxConfig', 'AjaxResponse'] },
    { text: 'marble diagram parser for tests', expected: ['TestScheduler.parseMarbles', 'parseMarbles'] },
    {
      text: 'run callbacks on the next animation frame',
      expected: [
        'AnimationFrameScheduler',
        'animationFrame',
        'animationFrameProvider',
        'animationFrameScheduler',
        'animationFrames',
      ],
    },
    { text: 'is this value an async iterable', expected: ['isAsyncIterable'] },
    { text: 'error thrown when unsubscribing fails', expected: ['UnsubscriptionError', 'UnsubscriptionErrorImpl'] },
    {
      text: 'combine latest values of several streams',
      expected: ['combineLatest', 'combineLatestWith', 'combineLatestInit'],
    },
    { text: 'do something on completion or error', expected: ['finalize', 'tap'] },
    { text: 'group items by key', expected: ['groupBy', 'GroupedObservable'] },
    { text: 'remove item from array', expected: ['arrRemove'] },
    { text: 'convert observable to a promise of its first value', expected: ['firstValueFrom'] },
  ],
  werkzeug: [
    { text: 'hash a password with a salt', expected: ['generate_password_hash', '_hash_internal'] },
    { text: 'make a safe file name from user input', expected: ['secure_filename'] },
    { text: 'join paths without leaving the directory', expected: ['safe_join'] },
    {
      text: 'restart the server when a file changes',
      expected: ['run_with_reloader', 'ReloaderLoop', 'StatReloaderLoop', 'WatchdogReloaderLoop'],
    },
    { text: 'parse the cookie header', expected: ['parse_cookie'] },
    { text: 'trust X-Forwarded-For headers of a proxy', expected: ['ProxyFix'] },
    { text: 'build a URL for an endpoint', expected: ['MapAdapter.build', 'Rule.build'] },
    { text: 'decode multipart form data', expected: ['MultipartDecoder', 'MultiPartParser', 'MultiPartParser.parse'] },
    { text: 'compute value once and cache it on the instance', expected: ['cached_property'] },
    { text: 'interactive debugger in the browser', expected: ['DebuggedApplication', 'DebugTraceback'] },
    { text: 'best match of accepted mime types', expected: ['Accept.best_match', 'MIMEAccept', 'Accept'] },
    { text: 'format a date for an HTTP header', expected: ['http_date'] },
    { text: 'raise 404 error', expected: ['NotFound', 'abort', 'Aborter'] },
    { text: 'context local variable proxy', expected: ['LocalProxy', 'Local', 'LocalStack'] },
    {
      text: 'fake request environ for tests',
      expected: ['EnvironBuilder', 'create_environ', 'EnvironBuilder.get_environ'],
    },
  ],
  viem: [
    { text: 'convert wei to ether', expected: ['formatEther', 'formatUnits'] },
    { text: 'checksum an ethereum address', expected: ['checksumAddress', 'getAddress'] },
    { text: 'derive an account from a seed phrase', expected: ['mnemonicToAccount', 'hdKeyToAccount'] },
    { text: 'wait until a transaction is mined', expected: ['waitForTransactionReceipt'] },
    { text: 'batch several contract reads into one call', expected: ['multicall'] },
    { text: 'decode event log', expected: ['decodeEventLog', 'parseEventLogs'] },
    {
      text: 'recover the signer of a message',
      expected: ['recoverMessageAddress', 'recoverAddress', 'recoverPublicKey'],
    },
    {
      text: 'estimate max fee per gas',
      expected: ['estimateFeesPerGas', 'estimateMaxPriorityFeePerGas', 'internal_estimateFeesPerGas'],
    },
    { text: 'resolve ENS name to address', expected: ['getEnsAddress'] },
    { text: 'http transport with retries', expected: ['http', 'buildRequest', 'withRetry', 'fallback'] },
    { text: 'serialize a signed transaction', expected: ['serializeTransaction', 'signTransaction'] },
    {
      text: 'error when the contract function reverts',
      expected: ['ContractFunctionRevertedError', 'ContractFunctionExecutionError', 'RawContractError'],
    },
    { text: 'hash EIP-712 typed data', expected: ['hashTypedData', 'hashStruct', 'hashDomain'] },
    { text: 'least recently used cache', expected: ['LruMap'] },
    { text: 'poll for new blocks', expected: ['watchBlocks', 'watchBlockNumber', 'poll'] },
  ],
};
